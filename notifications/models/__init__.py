from notifications.models.message import Message
from notifications.models.preference import Preference
from notifications.models.webhooks import Attempt, Delivery, SigningKey, Subscription, Told

__all__ = [
    "Attempt",
    "Delivery",
    "Message",
    "Preference",
    "SigningKey",
    "Subscription",
    "Told",
]
