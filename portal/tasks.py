"""What the clock does for the ground floor."""

from celery import shared_task

from portal.actions import answers, customers, documents, usage


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


@shared_task
def keep_usage() -> int:
    """Write down how often clients called; how many did."""
    return usage.keep()


@shared_task
def remove_old_answers() -> int:
    """Forget what writes of yesterday were answered; how many."""
    return answers.remove_old()


@shared_task
def remove_old_tokens() -> None:
    """Forget tokens that open nothing any more."""
    usage.remove_old_tokens()
