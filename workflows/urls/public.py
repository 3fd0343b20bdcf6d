"""The one page without login: is this document genuine?"""

from django.urls import path

from workflows.views import genuineness

urlpatterns = [path("v/<str:code>", genuineness.document_state, name="document_state")]
