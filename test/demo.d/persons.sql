-- Persons who do not exist: made from row numbers by hash functions, so that
-- every run makes the same ones.  Needs the psql variable persons.

-- A number from 0 to n - 1 that depends on i and on what it is drawn for.
CREATE FUNCTION pg_temp.draw(i bigint, what bigint, n bigint) RETURNS integer
    LANGUAGE sql IMMUTABLE
    AS 'SELECT (abs(hashint8extended(i, what) % n))::integer';

-- The check digit of an 18-digit ID number (GB 11643, ISO 7064 MOD 11-2).
CREATE FUNCTION pg_temp.check_digit(d text) RETURNS text
    LANGUAGE sql IMMUTABLE
    AS $$
    SELECT substr('10X98765432', 1 + (
        7 * ascii(d)                 + 9 * ascii(substr(d, 2, 1))  + 10 * ascii(substr(d, 3, 1))
      + 5 * ascii(substr(d, 4, 1))   + 8 * ascii(substr(d, 5, 1))  +  4 * ascii(substr(d, 6, 1))
      + 2 * ascii(substr(d, 7, 1))   + 1 * ascii(substr(d, 8, 1))  +  6 * ascii(substr(d, 9, 1))
      + 3 * ascii(substr(d, 10, 1))  + 7 * ascii(substr(d, 11, 1)) +  9 * ascii(substr(d, 12, 1))
      + 10 * ascii(substr(d, 13, 1)) + 5 * ascii(substr(d, 14, 1)) +  8 * ascii(substr(d, 15, 1))
      + 4 * ascii(substr(d, 16, 1))  + 2 * ascii(substr(d, 17, 1))
      - 48 * 100) % 11, 1)   -- 100: the sum of the weights
    $$;

CREATE TEMP TABLE region (n serial, code text, city text);
INSERT INTO region (code, city) VALUES
    ('110105', '北京'), ('110108', '北京'), ('120101', '天津'), ('130102', '石家庄'), ('140105', '太原'),
    ('210102', '沈阳'), ('210202', '大连'), ('220102', '长春'), ('230102', '哈尔滨'), ('310101', '上海'),
    ('310104', '上海'), ('310115', '上海'), ('320102', '南京'), ('320205', '无锡'), ('320505', '苏州'),
    ('330102', '杭州'), ('330203', '宁波'), ('330302', '温州'), ('340102', '合肥'), ('350102', '福州'),
    ('350203', '厦门'), ('360102', '南昌'), ('370102', '济南'), ('370202', '青岛'), ('410102', '郑州'),
    ('420102', '武汉'), ('430102', '长沙'), ('440103', '广州'), ('440106', '广州'), ('440304', '深圳'),
    ('440305', '深圳'), ('441900', '东莞'), ('450102', '南宁'), ('460105', '海口'), ('500103', '重庆'),
    ('510104', '成都'), ('510107', '成都'), ('520102', '贵阳'), ('530102', '昆明'), ('610102', '西安'),
    ('620102', '兰州'), ('650102', '乌鲁木齐');

-- Surnames, in the order in which they are common, with their pinyin.
CREATE TEMP TABLE surname (n serial, name text, pinyin text);
INSERT INTO surname (name, pinyin)
SELECT * FROM unnest(
    string_to_array('王 李 张 刘 陈 杨 黄 赵 吴 周 徐 孙 马 朱 胡 郭 何 林 高 罗 郑 梁 谢 宋 唐 许 韩 邓 冯 曹 彭 曾 肖 田 董 潘 袁 蔡 蒋 余 于 杜 叶 程 魏 苏 吕 丁 任 卢 姚 沈 钟 姜 崔 谭 陆 范 汪 廖 石 金 韦 贾 夏 付 方 邹 熊 白 孟 秦 邱 侯 江 尹 薛 闫 雷 龙 黎 史 陶 贺 毛 段 郝 顾 龚 邵 欧阳 上官 司马 诸葛', ' '),
    string_to_array('wang li zhang liu chen yang huang zhao wu zhou xu sun ma zhu hu guo he lin gao luo zheng liang xie song tang xu han deng feng cao peng zeng xiao tian dong pan yuan cai jiang yu yu du ye cheng wei su lv ding ren lu yao shen zhong jiang cui tan lu fan wang liao shi jin wei jia xia fu fang zou xiong bai meng qin qiu hou jiang yin xue yan lei long li shi tao he mao duan hao gu gong shao ouyang shangguan sima zhuge', ' '));

INSERT INTO users
SELECT i,
       s.name ||
       CASE WHEN man
            THEN (string_to_array('伟 强 磊 洋 勇 军 杰 涛 超 明 刚 平 辉 鹏 飞 波 斌 宇 浩 凯 健 俊 帆 帅 旭 宁 龙 林 志强 建国 建华 志明 国强 文博 子轩 浩然 宇轩 浩宇 俊杰 梓豪 天宇 家豪 晓东 海涛 立新 永强 德华 思远 一鸣 承泽', ' '))[1 + pg_temp.draw(i, 3, 50)]
            ELSE (string_to_array('芳 娜 敏 静 丽 艳 娟 霞 燕 玲 桂英 秀英 秀兰 玉兰 丹 萍 红 倩 婷 雪 琳 颖 洁 慧 莉 欣 瑶 悦 蕾 晶 雅婷 梦瑶 欣怡 子涵 诗涵 梓涵 思琪 雨桐 佳怡 晓燕 海燕 春梅 美玲 淑芬 雪梅 若曦 语嫣 婉清 诗雨 可馨', ' '))[1 + pg_temp.draw(i, 3, 50)]
       END,
       -- 7, 11 and 13 digits prime to ten: no number comes twice
       (string_to_array('130 131 132 133 134 135 136 137 138 139 147 150 151 152 153 155 156 157 158 159 166 173 175 176 177 178 180 181 182 183 184 185 186 187 188 189 191 193 195 198 199', ' '))[1 + pg_temp.draw(i, 4, 41)]
           || lpad((i * 48271093 % 100000000)::text, 8, '0'),
       id17 || pg_temp.check_digit(id17),
       s.pinyin || i || '@' || (array['example.com', 'example.net', 'example.org'])[1 + pg_temp.draw(i, 5, 3)],
       r.city,
       CASE WHEN pg_temp.draw(i, 6, 50) = 0 THEN 'en' ELSE 'zh-CN' END,
       timestamptz '2019-03-01 08:00+08' + make_interval(mins => (i * 3000000 / :persons)::integer + pg_temp.draw(i, 7, 30))
  FROM generate_series(1::bigint, :persons) AS i,
       -- a square makes the front of the list more common
       LATERAL (SELECT 1 + (pg_temp.draw(i, 1, 1000) ^ 2 * 94 / 1000000)::integer % 94 AS surname_n,
                       1 + pg_temp.draw(i, 2, 42) AS region_n,
                       pg_temp.draw(i, 8, 1000) % 2 = 1 AS man) AS d
  JOIN surname AS s ON s.n = d.surname_n
  JOIN region AS r ON r.n = d.region_n,
       LATERAL (SELECT r.code
                       || to_char(date '1955-01-01' + pg_temp.draw(i, 9, 19350), 'YYYYMMDD')
                       || lpad((pg_temp.draw(i, 8, 1000))::text, 3, '0') AS id17) AS card
 ORDER BY i;
