"""How often an open page answers: counted by address and for everybody together, in the cache all processes share."""

import logging
import time
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

from django.core.cache import caches
from django.http import HttpRequest
from redis.exceptions import RedisError

from workflows.addresses import client_address

MINUTE = 60
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class RateLimit:
    """At most so many requests a minute from one address (a whole office sits behind one), and from all together."""

    name: str
    each: int
    together: int

    def exceeded(self, request: HttpRequest, *, who: str = "") -> bool:
        """Count this request of `who` (else of its address); whether it is one too many."""
        alone = _counted(f"{self.name}:{who or address_of(request)}")
        return alone > self.each or _counted(f"{self.name}:*") > self.together


def address_of(request: HttpRequest) -> str:
    """The client's address as the log-in page counts it; of IPv6 the network that one subscriber holds."""
    try:
        parsed = ip_address(client_address(request))
    except ValueError:
        return "-"
    return str(parsed.exploded)[:19] if isinstance(parsed, IPv6Address) else str(parsed)


def _counted(key: str) -> int:
    """How many requests this minute has seen under the key, this one included; 0 while the counters are down."""
    key = f"rate:{key}:{int(time.time()) // MINUTE}"
    shared = caches["shared"]
    try:
        shared.add(key, 0, 2 * MINUTE)
        return shared.incr(key)
    except ValueError:  # the entry was thrown out between the two calls
        return 1
    except (OSError, RedisError):
        logger.exception("limits.counters_down")
        return 0
