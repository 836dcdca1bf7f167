"""PyPI `pipecat-ai`: `OpenAITTSService` in a running pipeline, which tells it how large its chunks are."""

import asyncio

from pipecat.frames.frames import EndFrame, ErrorFrame, Frame, StartFrame, TTSAudioRawFrame, TTSSpeakFrame
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineWorker
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor
from pipecat.services.openai.tts import OpenAITTSService
from pipecat.workers.runner import WorkerRunner

from tests.clients.recorder import TEXT, Recording, facts, finish


class Listener(FrameProcessor):  # type: ignore[misc]  # not installed where it is checked
    """Stands where a speaker would; hears from the moment at which the pipeline is ready."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        await super().process_frame(frame, direction)
        if isinstance(frame, StartFrame):
            self.recording = Recording(self._name)
        if isinstance(frame, TTSAudioRawFrame):
            facts["rate"] = frame.sample_rate
            self.recording.add(frame.audio)
        await self.push_frame(frame, direction)


async def speak(name: str, text: str) -> None:
    settings = OpenAITTSService.Settings(model="gpt-4o-mini-tts", voice="coral")
    service, listener = OpenAITTSService(settings=settings), Listener(name)
    worker = PipelineWorker(Pipeline([service, listener]))

    @worker.event_handler("on_pipeline_error")  # type: ignore[untyped-decorator]  # as above
    async def note(_worker: PipelineWorker, frame: ErrorFrame) -> None:
        facts.setdefault("errors", []).append(frame.error)

    await worker.queue_frames([TTSSpeakFrame(text), EndFrame()])
    runner = WorkerRunner(handle_sigint=False)
    await runner.add_workers(worker)
    await runner.run()
    listener.recording.save()


asyncio.run(speak("stream.pcm", TEXT))
asyncio.run(speak("refused.pcm", "……"))
finish()
