from referrals.views.wizard.start import discard_draft, draft, drafts, new_deal
from referrals.views.wizard.steps import draft_step

__all__ = ["discard_draft", "draft", "draft_step", "drafts", "new_deal"]
