"""What people do with documents: ask for one, sign, issue, name another signer, cancel.

Besides the pipeline these are the only writers.
"""

from documents.actions.interrupted import complete_signature, forget_expired, prepare_signature, prepared_for
from documents.actions.issue import IssueResult, cancel_document, issue_documents
from documents.actions.lists import ListPreview, ListToSign, may_be_listed, preview_list, sign_lists
from documents.actions.refusals import DocumentRefused
from documents.actions.renewals import RenewResult, renew_timestamp, renew_timestamps
from documents.actions.requests import SlotSpec, request_document
from documents.actions.signatures import SignResult, documents_waiting_for, name_signer, sign_documents, sign_each
from documents.actions.successions import note_successions

__all__ = [
    "DocumentRefused",
    "IssueResult",
    "ListPreview",
    "ListToSign",
    "RenewResult",
    "SignResult",
    "SlotSpec",
    "cancel_document",
    "complete_signature",
    "documents_waiting_for",
    "forget_expired",
    "issue_documents",
    "may_be_listed",
    "name_signer",
    "note_successions",
    "prepare_signature",
    "prepared_for",
    "preview_list",
    "renew_timestamp",
    "renew_timestamps",
    "request_document",
    "sign_documents",
    "sign_each",
    "sign_lists",
]
