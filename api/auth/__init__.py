"""Who is calling: WeChat login and tokens."""
