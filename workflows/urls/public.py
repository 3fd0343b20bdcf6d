"""Is this document genuine? Asked by anybody by code or number; of any file, by those who are logged in."""

from django.urls import path

from workflows.views import genuineness, verifier

urlpatterns = [
    path("v/", genuineness.genuineness, name="genuineness"),
    path("v/<str:code>", genuineness.document_state, name="document_state"),
    path("verify/", verifier.verifier, name="verifier"),
]
