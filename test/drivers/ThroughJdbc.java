// JDBC: prepared statements, fetch size, batches, generated keys, metadata.
import java.sql.*;
import java.util.*;

public class ThroughJdbc {
    static final String READ = "SELECT phone FROM people";
    static final String UNSTATED = "column \"phone\" of table \"public.people\" cannot be used without a purpose";

    interface Action { Object run() throws SQLException; }

    static void check(String name, Object got, Object expected) {
        System.out.println(got.equals(expected) ? "ok - " + name : "not ok: got " + got + ", expected " + expected + " - " + name);
    }

    static void refused(String name, Action action, String primary) throws SQLException {
        try {
            check(name, action.run(), "refused");
        } catch (SQLException e) {
            check(name, e.getSQLState() + " " + e.getMessage().contains(primary), "42501 true");
        }
    }

    static Connection connect(String purpose) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", "app");
        properties.setProperty("options", "-c wdd_privacy.purpose=" + purpose);
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + System.getenv("PGPORT") + "/" + System.getenv("PGDATABASE"), properties);
    }

    static List<String> strings(ResultSet rows) throws SQLException {
        List<String> found = new ArrayList<>();
        while (rows.next())
            found.add(rows.getString(1));
        return found;
    }

    static List<String> query(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return strings(statement.executeQuery(sql));
        }
    }

    static void write(Connection service) throws SQLException {
        check("select", query(service, READ), List.of("p1", "p2", "p3", "p4", "p5"));
        try (PreparedStatement insert = service.prepareStatement("INSERT INTO people (name, phone) VALUES (?, ?)", new String[] {"id", "phone"})) {
            insert.setString(1, "new");
            insert.setString(2, "p6");
            insert.executeUpdate();
            ResultSet keys = insert.getGeneratedKeys();
            keys.next();
            check("generated keys", (keys.getLong(1) > 5) + keys.getString(2), "truep6");
        }
        try (PreparedStatement insert = service.prepareStatement("INSERT INTO people (name, phone) VALUES (?, ?)")) {
            for (int i = 1; i <= 3; i++) {
                insert.setString(1, "m");
                insert.setString(2, "m" + i);
                insert.addBatch();
            }
            check("batch", insert.executeBatch().length, 3);
        }
        try (Statement rows = service.createStatement(ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_UPDATABLE)) {
            ResultSet row = rows.executeQuery("SELECT id, phone FROM people WHERE phone = 'p6'");
            row.next();
            row.updateString(2, "p7");
            row.updateRow();
        }
        check("a result that can be updated", query(service, "SELECT phone FROM people WHERE name = 'new'"), List.of("p7"));
        try (Statement delete = service.createStatement()) {
            check("delete", delete.executeUpdate("DELETE FROM people WHERE id > 5"), 4);
        }
    }

    static void read(Connection ads, Connection none) throws SQLException {
        try (Statement statement = ads.createStatement()) {
            ResultSet row = statement.executeQuery("SELECT * FROM people WHERE id = 1");
            row.next();
            check("SELECT *: what is not listed is masked", row.getString("phone") + " " + row.getString("email"), "p1 p*@example.com");
            check("metadata of a result", row.getMetaData().getColumnName(3) + row.getMetaData().isAutoIncrement(1), "phonetrue");
        }
        ads.setAutoCommit(false);
        try (Statement statement = ads.createStatement()) {
            statement.setFetchSize(1);
            ResultSet rows = statement.executeQuery(READ);
            rows.next();
            List<String> got = new ArrayList<>(List.of(rows.getString(1)));
            query(none, "SELECT wdd.withdraw_consent(3::bigint, 'ads')");
            got.addAll(strings(rows));
            check("with setFetchSize, a query keeps what it began with", got, List.of("p1", "p3", "p4", "p5"));
            check("the next one does not, in the same transaction", strings(statement.executeQuery(READ)), List.of("p1", "p4", "p5"));
        }
        ads.commit();
        // the driver prepares a statement at the server from the fifth execution on
        try (PreparedStatement statement = ads.prepareStatement("SELECT phone FROM people WHERE id = ?")) {
            statement.setLong(1, 3);
            for (int i = 0; i < 7; i++)
                if (!strings(statement.executeQuery()).isEmpty())
                    check("withdrawn", "shown", "hidden");
            query(none, "SELECT wdd.grant_consent(3::bigint, 'ads')");
            ads.commit();
            check("prepared at the server, it asks anew", strings(statement.executeQuery()), List.of("p3"));
            try (Statement state = ads.createStatement()) {
                state.execute("SET LOCAL wdd_privacy.purpose = 'service'");
            }
            statement.setLong(1, 2);
            check("a purpose for one transaction", strings(statement.executeQuery()), List.of("p2"));
            ads.commit();
            check("and for that one alone", strings(statement.executeQuery()), List.of());
        }
        ads.commit();
        refused("refused: a person who does not permit", () -> query(ads, "INSERT INTO people (id, phone) VALUES (20, 'x') RETURNING id"),
            "purpose \"ads\" may not store column \"phone\" of table \"public.people\" in this row");
        ads.rollback();
        check("the connection goes on", query(ads, READ).size(), 4);
        ads.rollback();
    }

    static void describe(Connection none) throws SQLException {
        DatabaseMetaData data = none.getMetaData();
        List<String> columns = new ArrayList<>();
        ResultSet rows = data.getColumns(null, "public", "people", null);
        while (rows.next())
            columns.add(rows.getString("COLUMN_NAME"));
        check("getColumns", columns, List.of("id", "name", "phone", "email", "city"));
        rows = data.getPrimaryKeys(null, "public", "people");
        rows.next();
        check("getPrimaryKeys", rows.getString("COLUMN_NAME"), "id");
        rows = data.getTables(null, "public", "%", new String[] {"TABLE"});
        rows.next();
        check("getTables", rows.getString("TABLE_NAME"), "people");
        rows = data.getIndexInfo(null, "public", "people", true, true);
        rows.next();
        check("getIndexInfo", rows.getString("COLUMN_NAME"), "id");
        check("getTablePrivileges", data.getTablePrivileges(null, "public", "people").next(), true);
        check("getColumnPrivileges", data.getColumnPrivileges(null, "public", "people", "phone").next(), true);
        check("getFunctions", data.getFunctions(null, "wdd", "set_purpose").next(), true);
        check("getExportedKeys", data.getExportedKeys(null, "public", "people").next(), false);
    }

    public static void main(String[] arguments) throws SQLException {
        try (Connection service = connect("service"); Connection ads = connect("ads"); Connection none = connect("")) {
            write(service);
            read(ads, none);
            describe(none);
            refused("refused without a purpose", () -> query(none, READ), UNSTATED);
            check("and the connection goes on", query(none, "SELECT count(*) FROM people"), List.of("5"));
        }
        System.out.println("done");
    }
}
