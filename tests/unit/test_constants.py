"""What must be written twice, since the api and the engines share no code, says the same in both places."""

import re
from dataclasses import asdict
from typing import Any

import pytest
from google.protobuf import text_format
from hypothesis import example, given
from hypothesis import strategies as st
from tritonclient.grpc.model_config_pb2 import ModelConfig

from api import problems
from api.engine.voices import voices_of
from api.script.style import VOLUMES
from api.synthesis import emotions, length
from api.views.bodies import SpeechBody
from compose.local.settings import ROOT
from speech import baker, kokoro, utterance
from speech.text.length import length_of

MODELS = ROOT / "triton_models"


def _config(model: str, engine: str) -> str:
    return (MODELS / model / f"configs/{engine}.pbtxt").read_text()


def _parameters(engine: str) -> dict[str, str]:
    """Of the ensemble, as the api is told them."""
    parameters = text_format.Parse(_config("tts", engine), ModelConfig()).parameters
    return {name: parameter.string_value for name, parameter in parameters.items()}


def test_emotions_have_one_order() -> None:
    """An emotion vector means the same to the api and to an engine."""
    assert emotions.EMOTIONS == utterance.EMOTIONS


@example("The iPhone, 苹果 www.a.com/you?id=3.")
@given(st.text(st.sampled_from("aeyhwAEW好é1.' ") | st.characters()))
def test_a_text_has_one_length(text: str) -> None:
    """What the api counts in a segment is what an engine counts that takes no longer ones."""
    assert length.length_of(text) == length_of(text)


def test_the_api_takes_the_numbers_that_an_engine_takes() -> None:
    """A number that the api lets through is no `invalid_parameter`, none is refused too early, and errors say so."""
    fields = SpeechBody.model_json_schema()["properties"]
    for name, allowed in {
        "speed": utterance.SPEED_RANGE,
        "pitch": utterance.PITCH_RANGE,
        "intensity": utterance.INTENSITY_RANGE,
        "volume": VOLUMES,
    }.items():
        schema = fields[name].get("anyOf", [fields[name]])[0]
        assert allowed == (schema["minimum"], schema["maximum"])
        assert f"| `{name}` | number, {allowed[0]:g}–{allowed[1]:g} |" in (ROOT / "docs/api.md").read_text()
        sentence = getattr(problems, f"INVALID_{name.upper()}").zh
        assert (
            sentence.format(slowest=allowed[0], fastest=allowed[1])
            == f"{name} 须为 {allowed[0]:g} 到 {allowed[1]:g} 之间的数"
        )


@pytest.mark.parametrize(
    ("name", "engine", "voice"), [("baker", baker, baker.VOICE), ("kokoro", kokoro, kokoro.DEFAULT)]
)
def test_the_contract_names_what_an_engine_is(name: str, engine: Any, voice: str) -> None:
    """The ensemble's parameters, which the api goes by, are the engine's own numbers and voices."""
    parameters = _parameters(name)
    assert str(engine.SAMPLE_RATE) == parameters["sample_rate"]
    assert str(engine.MAX_CHARACTERS) == parameters["max_segment_characters"]
    assert voice == parameters["default_voice"]
    assert [asdict(voice) for voice in engine.VOICES.values()] == [
        asdict(voice) for voice in voices_of(parameters["voices"])
    ]


@pytest.mark.parametrize(("engine", "known"), [("baker", "true"), ("kokoro", "true"), ("indextts2", "false")])
def test_an_engine_says_whether_it_knows_its_characters(engine: str, known: str) -> None:
    """It says so in a parameter, and has the tensor of their times if it does; all have the rate."""
    config = _config("tts", engine)
    assert f'key: "character_times" value {{ string_value: "{known}" }}' in config
    assert (known == "true") == ("CHARACTER_TIMES" in config) == ("CHARACTER_FRAMES" in _config("vocoder", engine))
    assert '{ name: "SAMPLE_RATE" data_type: TYPE_INT32 dims: [ 1 ] }' in config


@pytest.mark.parametrize(
    ("engine", "width"), [("baker", baker.N_MELS), ("kokoro", kokoro.N_FEATURES), ("indextts2", baker.N_MELS)]
)
def test_both_models_agree_on_the_mel(engine: str, width: int) -> None:
    """What the acoustic model gives is what the vocoder takes."""
    for model in ("acoustic", "vocoder"):
        assert re.search(rf'"MEL" data_type: TYPE_FP32 dims: \[ -1, {width} \]', _config(model, engine))


def test_a_style_goes_from_the_acoustic_model_to_the_vocoder() -> None:
    """Of the engine whose vocoder has several voices, and of no other."""
    for model in ("acoustic", "vocoder"):
        assert f'"STYLE" data_type: TYPE_FP32 dims: [ {kokoro.N_STYLE} ]' in _config(model, "kokoro")
        assert "STYLE" not in _config(model, "baker")


@pytest.mark.parametrize("model", ["acoustic", "tts"])
@pytest.mark.parametrize("engine", ["baker", "kokoro", "indextts2"])
def test_an_emotion_vector_has_as_many_numbers_everywhere(model: str, engine: str) -> None:
    """The tensor is as long as the tuple of emotions."""
    assert f'"EMOTION" data_type: TYPE_FP32 dims: [ {len(utterance.EMOTIONS)} ]' in _config(model, engine)


def test_every_engine_is_inspected_in_the_same_way() -> None:
    """The model's contract has nothing of an engine but its name."""
    for engine in ("kokoro", "indextts2"):
        assert _config("inspect", engine) == _config("inspect", "baker").replace('"baker"', f'"{engine}"')
