from allauth.account.adapter import DefaultAccountAdapter


class ClosedSignup(DefaultAccountAdapter):
    """People come from the personnel import; nobody signs himself up."""

    def is_open_for_signup(self, request) -> bool:
        return False
