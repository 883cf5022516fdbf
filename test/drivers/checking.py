"""What the Python programs of test/t/drivers.pl share."""
UNSTATED = 'column "phone" of table "public.people" cannot be used without a purpose'
UNSTORED = 'purpose "ads" may not store column "phone" of table "public.people" in this row'
WITHDRAW = "SELECT wdd.withdraw_consent(3::bigint, 'ads')"
CONSENT = "SELECT wdd.grant_consent(%s::bigint, 'ads')"
PHONES = 'SELECT phone FROM people'
SELECT_ALL = 'SELECT * FROM people WHERE id = 1'
COPY_IN = 'COPY people (name, phone) FROM STDIN'
COPY_OUT = 'COPY people (id, phone) TO STDOUT'
ALL = ['p1', 'p2', 'p3', 'p4', 'p5']
PERMITTED = ['p1', 'p3', 'p4', 'p5']        # who permits ads
WITHDRAWN = ['p1', 'p4', 'p5']              # after WITHDRAW


def check(name, got, expected=True):
    print(('ok' if got == expected else 'not ok: got %r, expected %r' % (got, expected)), '-', name)
