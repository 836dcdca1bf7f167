import pytest

from benchmarks.baseline_article.installation import InstallationError, checked


def test_another_file_is_not_taken_for_the_vocoder() -> None:
    """It would be measured in its place."""
    with pytest.raises(InstallationError):
        checked(b"TFL3")
