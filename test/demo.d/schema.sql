-- The platform 微单单 (WeiDanDan): its tables as an application has them, before
-- anything of privacy is said.
CREATE TABLE users (
    user_id       bigint PRIMARY KEY,
    real_name     text NOT NULL,
    phone         text NOT NULL,
    id_card       text NOT NULL,
    email         text,
    city          text,
    language      text NOT NULL DEFAULT 'zh-CN',
    registered_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE devices (
    device_id     uuid PRIMARY KEY,
    user_id       bigint NOT NULL REFERENCES users ON DELETE CASCADE,
    model         text,
    app_version   text,
    browser       text
);

CREATE TABLE messages (
    message_id    bigint PRIMARY KEY,
    sender_id     bigint NOT NULL REFERENCES users ON DELETE CASCADE,
    receiver_id   bigint NOT NULL REFERENCES users ON DELETE CASCADE,
    sent_at       timestamptz NOT NULL,
    body          text NOT NULL
);

CREATE TABLE posts (
    post_id       bigint PRIMARY KEY,
    user_id       bigint NOT NULL REFERENCES users ON DELETE CASCADE,
    posted_at     timestamptz NOT NULL,
    body          text NOT NULL
);

-- A photo holds two persons: who uploaded it, and who is to be seen.
CREATE TABLE photos (
    photo_id      bigint PRIMARY KEY,
    user_id       bigint NOT NULL REFERENCES users ON DELETE CASCADE,
    pictured_id   bigint NOT NULL REFERENCES users ON DELETE CASCADE,
    path          text NOT NULL,
    taken_at      timestamptz NOT NULL
);

CREATE TABLE orders (
    order_id      bigint PRIMARY KEY,
    user_id       bigint NOT NULL REFERENCES users ON DELETE CASCADE,
    item          text NOT NULL,
    amount        numeric(10,2) NOT NULL,
    address       text NOT NULL,
    ordered_at    timestamptz NOT NULL
);

CREATE TABLE surveys (
    answer_id     bigint PRIMARY KEY,
    user_id       bigint NOT NULL REFERENCES users ON DELETE CASCADE,
    name          text,
    phone         text,
    address       text,
    satisfied     integer NOT NULL,
    remark        text
);

CREATE TABLE search_log (
    search_id     bigint PRIMARY KEY,
    user_id       bigint NOT NULL REFERENCES users ON DELETE CASCADE,
    words         text NOT NULL,
    searched_at   timestamptz NOT NULL
);

CREATE TABLE fault_log (
    fault_id      bigint PRIMARY KEY,
    user_id       bigint NOT NULL REFERENCES users ON DELETE CASCADE,
    app_version   text NOT NULL,
    trace         text NOT NULL,
    happened_at   timestamptz NOT NULL
);

CREATE TABLE visits (
    visit_id      bigint PRIMARY KEY,
    user_id       bigint NOT NULL REFERENCES users ON DELETE CASCADE,
    ip            inet NOT NULL,
    page          text NOT NULL,
    visited_at    timestamptz NOT NULL
);
