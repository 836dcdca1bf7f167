"""Every operation of the API. A new one is declared here, beside those that are like it."""

from api.openapi.operations import glossary, login, openai, service, speech

OPERATIONS = (*login.OPERATIONS, *speech.OPERATIONS, *openai.OPERATIONS, *glossary.OPERATIONS, *service.OPERATIONS)
