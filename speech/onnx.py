"""ONNX models on the CPU."""

import onnxruntime


def session(content: bytes, threads: int) -> onnxruntime.InferenceSession:
    """Of a model; it computes one run at a time on so many threads, which sleep between runs."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
