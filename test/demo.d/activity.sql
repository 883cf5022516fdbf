-- What these persons did: messages, posts, photos, orders, surveys, logs.  All
-- of them refer to persons 1 to :persons, so that no foreign key need look.
SET session_replication_role = replica;

INSERT INTO devices
SELECT md5('device ' || i)::uuid, i,
       (array['Huawei Mate 60', 'Xiaomi 14', 'OPPO Find X7', 'vivo X100', 'iPhone 15', 'Honor Magic6'])[1 + pg_temp.draw(i, 20, 6)],
       '8.' || pg_temp.draw(i, 21, 10) || '.' || pg_temp.draw(i, 22, 40),
       (array['Chrome 124', 'Safari 17', 'Edge 124', 'QQBrowser 15'])[1 + pg_temp.draw(i, 23, 4)]
  FROM generate_series(1::bigint, :persons) AS i;

INSERT INTO messages
SELECT i, 1 + pg_temp.draw(i, 30, :persons), 1 + pg_temp.draw(i, 31, :persons),
       timestamptz '2024-01-01 00:00+08' + make_interval(mins => i::integer),
       (array['明天下午三点见', '包裹收到了,谢谢!', '周末一起吃饭吗?', '生日快乐!', '合同已经发到你邮箱',
              '到家了告诉我一声', '这件还有货吗?', '好的,没问题'])[1 + pg_temp.draw(i, 32, 8)]
  FROM generate_series(1::bigint, :persons / 2) AS i;

INSERT INTO posts
SELECT i, 1 + pg_temp.draw(i, 40, :persons), timestamptz '2024-01-01 00:00+08' + make_interval(mins => i::integer),
       (array['今天的西湖真美', '新店开张,欢迎光临', '求推荐一本好书', '第一次跑完半程马拉松',
              '自己做的红烧肉', '孩子今天会走路了'])[1 + pg_temp.draw(i, 41, 6)]
  FROM generate_series(1::bigint, :persons / 2) AS i;

INSERT INTO photos
SELECT i, 1 + pg_temp.draw(i, 50, :persons), 1 + pg_temp.draw(i, 51, :persons),
       '/photo/' || substr(md5(i::text), 1, 12) || '.jpg',
       timestamptz '2024-01-01 00:00+08' + make_interval(mins => i::integer)
  FROM generate_series(1::bigint, :persons / 5) AS i;

INSERT INTO orders
SELECT i, u.user_id,
       (array['蓝牙耳机', '乌龙茶 250 克', '羽毛球拍', '儿童绘本', '电饭煲', '防晒霜', '运动鞋', '手机壳'])[1 + pg_temp.draw(i, 60, 8)],
       9.9 + pg_temp.draw(i, 61, 90000) / 100.0,
       u.city || '市人民路 ' || 1 + pg_temp.draw(i, 62, 400) || ' 号 ' || 1 + pg_temp.draw(i, 63, 30) || ' 室',
       timestamptz '2024-01-01 00:00+08' + make_interval(mins => i::integer)
  FROM generate_series(1::bigint, :persons) AS i
  JOIN users AS u ON u.user_id = 1 + pg_temp.draw(i, 64, :persons);

INSERT INTO surveys
SELECT i, u.user_id, u.real_name, u.phone, u.city || '市解放路 ' || 1 + pg_temp.draw(i, 70, 400) || ' 号',
       1 + pg_temp.draw(i, 71, 5),
       (array['很满意', '送货有点慢', '客服态度很好', NULL])[1 + pg_temp.draw(i, 72, 4)]
  FROM generate_series(1::bigint, :persons / 10) AS i
  JOIN users AS u ON u.user_id = 1 + pg_temp.draw(i, 73, :persons);

INSERT INTO search_log
SELECT i, 1 + pg_temp.draw(i, 80, :persons),
       (array['耳机', '孕妇装', '降压药', '租房', '驾校', '考研资料', '机票'])[1 + pg_temp.draw(i, 81, 7)],
       timestamptz '2024-01-01 00:00+08' + make_interval(mins => i::integer)
  FROM generate_series(1::bigint, :persons / 2) AS i;

INSERT INTO fault_log
SELECT i, 1 + pg_temp.draw(i, 90, :persons), '8.' || pg_temp.draw(i, 91, 10) || '.0',
       'NullPointerException in ' || (array['PayActivity', 'LoginActivity', 'CameraFragment'])[1 + pg_temp.draw(i, 92, 3)],
       timestamptz '2024-01-01 00:00+08' + make_interval(mins => i::integer)
  FROM generate_series(1::bigint, :persons / 10) AS i;

INSERT INTO visits
SELECT i, 1 + pg_temp.draw(i, 100, :persons),
       ('10.' || pg_temp.draw(i, 101, 256) || '.' || pg_temp.draw(i, 102, 256) || '.' || pg_temp.draw(i, 103, 256))::inet,
       (array['/', '/shop', '/orders', '/help'])[1 + pg_temp.draw(i, 104, 4)],
       timestamptz '2024-01-01 00:00+08' + make_interval(mins => i::integer)
  FROM generate_series(1::bigint, :persons / 2) AS i;

RESET session_replication_role;
CREATE INDEX ON users (phone);
CREATE INDEX ON orders (user_id);
CREATE INDEX ON messages (sender_id);
CREATE INDEX ON messages (receiver_id);
CREATE INDEX ON posts (user_id);
ANALYZE;
