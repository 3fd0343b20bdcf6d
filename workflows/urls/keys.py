"""My signing key, and signing with a token of my own."""

from django.urls import path

from workflows.views import signing_keys, token_signing

urlpatterns = [
    path("account/signing-key/", signing_keys.signing_key, name="signing_key"),
    path("signing/<uuid:uuid>/token/", token_signing.sign_with_token, name="sign_with_token"),
    path("signing/<uuid:uuid>/token/digest/", token_signing.sign_with_token_digest, name="sign_with_token_digest"),
    path(
        "signing/<uuid:uuid>/token/complete/",
        token_signing.sign_with_token_complete,
        name="sign_with_token_complete",
    ),
]
