"""Limits, health, and this document itself."""

from api.answers import HealthAnswer, LimitsAnswer
from api.openapi.headers import ON_ADMISSION
from api.openapi.operation import Answer, Operation

OPERATIONS = (
    Operation(
        id="limits",
        method="get",
        paths=("/v1/limits",),
        tag="Service",
        summary="还剩多少额度 What is left of the caller's limits",
        description="查询不计入额度。Asking is free.",
        answers=(Answer("各项限制 The limits", {"application/json": LimitsAnswer}, ON_ADMISSION),),
    ),
    Operation(
        id="healthz",
        method="get",
        paths=("/healthz",),
        tag="Service",
        summary="进程是否在运行 Whether the process is alive",
        answers=(Answer("在运行 It is", {"application/json": HealthAnswer}),),
        public=True,
    ),
    Operation(
        id="openapi",
        method="get",
        paths=("/v1/openapi.json",),
        tag="Service",
        summary="这份文档 This document",
        answers=(Answer("OpenAPI 3.1", {"application/json": {"schema": {"type": "object"}}}),),
        public=True,
    ),
    Operation(
        id="reference",
        method="get",
        paths=("/v1/docs",),
        tag="Service",
        summary="给人看的文档 The same for people",
        answers=(Answer("HTML", {"text/html": {"schema": {"type": "string"}}}),),
        public=True,
    ),
)
