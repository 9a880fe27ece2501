"""What the clock does for the ground floor."""

from celery import shared_task

from portal.actions import customers, documents


@shared_task
def match_accounts() -> int:
    """Answer the open questions about customers; how many."""
    return customers.match()


@shared_task
def scan_documents() -> int:
    """Ask the scanner about the files in quarantine; how many were asked about."""
    return documents.scan()


@shared_task
def remove_orphan_documents() -> int:
    """Remove the files that no record has; how many."""
    return documents.remove_orphans()
