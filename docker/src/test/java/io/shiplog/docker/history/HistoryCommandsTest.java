package io.shiplog.docker.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.docker.api.ClusterInMemory;
import io.shiplog.docker.api.ClusterInMemory.Result;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** log, get and diff. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HistoryCommandsTest {
    private static final String CONFIG_MAPS = "/api/v1/namespaces/shop/configmaps";

    private ClusterInMemory cluster;
    private long created;
    private long changed;
    private long deleted;

    @BeforeAll
    void tell(@TempDir Path folder) throws IOException {
        cluster = new ClusterInMemory(folder);
        cluster.create("/api/v1/namespaces", "{'metadata':{'name':'shop'}}");
        created = cluster.create(CONFIG_MAPS, "{'metadata':{'name':'prices'},'data':{'tea':'2','milk':'1'}}");
        changed = cluster.put(CONFIG_MAPS + "/prices", "{'metadata':{'name':'prices'},'data':{'tea':'3','milk':'1'}}");
        cluster.create(CONFIG_MAPS, "{'metadata':{'name':'gone'}}");
        cluster.delete(CONFIG_MAPS + "/gone");
        deleted = cluster.newest();
    }

    @AfterAll
    void close() {
        cluster.close();
    }

    @Test
    void theLogTellsOneLineAnEvent() {
        List<String> lines = cluster.shiplog("log", "cm/prices", "-n", "shop")
                .orFail()
                .lines()
                .toList();

        assertEquals(2, lines.size(), lines::toString);
        assertTrue(lines.get(0)
                .matches("[-0-9]+ [0-9:.]+(Z|[-+][0-9:]+)  #%d +kubernetes-admin +created +configmap shop/prices"
                        .formatted(created)));
        assertTrue(lines.get(1)
                .matches(
                        "[-0-9]+ [0-9:.]+(Z|[-+][0-9:]+)  #%d +kubernetes-admin +modified +configmap shop/prices +\\.data\\.tea: 2→3"
                                .formatted(changed)));
    }

    @Test
    void theLogTakesKindsWordsActorsAndBounds() {
        assertEquals(
                4,
                lines("log", "configmaps", "-n", "shop", "--actor", "kubernetes-admin")
                        .size());
        assertEquals(1, lines("log", "--what", "deleted", "-n", "shop").size());
        assertEquals(1, lines("log", "--verb", "delete", "-n", "shop").size());
        assertEquals(
                2,
                lines("log", "cm", "prices", "-n", "shop", "--until", Long.toString(changed))
                        .size());
        assertEquals(
                1,
                lines("log", "cm/prices", "-n", "shop", "--since", Long.toString(changed))
                        .size());
        assertEquals(List.of(), lines("log", "--actor", "root-ca-cert-publisher", "--since", Long.toString(deleted)));
        assertFalse(lines("log", "--actor", "root-ca-cert-publisher").isEmpty(), "controllers by their own names");
        List<String> newest = lines("log", "-n", "shop", "--tail", "2", "--actor", "kubernetes-admin");
        assertEquals(2, newest.size());
        assertTrue(newest.get(1).contains("#" + deleted), newest::toString);
        assertTrue(lines("log", "cm/prices", "-n", "shop", "-o", "json")
                .getFirst()
                .startsWith("{\"apiVersion\":\"history.shiplog.io/v1\""));
    }

    /** Given more than ten events / when followed / then the newest ten are printed, and the next as it comes. */
    @Test
    @Timeout(120)
    void aFollowBeginsWithAShortTail() {
        cluster.create("/api/v1/namespaces", "{'metadata':{'name':'tail'}}");
        String maps = "/api/v1/namespaces/tail/configmaps";
        for (int i = 0; i < 14; i++) {
            cluster.create(maps, "{'metadata':{'name':'m%d'}}".formatted(i));
        }

        List<String> lines = cluster.follow(
                10,
                () -> cluster.create(maps, "{'metadata':{'name':'next'}}"),
                "log",
                "configmaps",
                "-n",
                "tail",
                "-f",
                "--actor",
                "kubernetes-admin");

        assertEquals(11, lines.size(), lines::toString);
        assertTrue(lines.get(0).contains("configmap tail/m4"), lines::toString);
        assertTrue(lines.get(9).contains("configmap tail/m13"), lines::toString);
        assertTrue(lines.get(10).contains("configmap tail/next"), lines::toString);
    }

    /** Given a moment before the log / when the log, an undo or a difference begins there / then it is refused, with the oldest named. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "log --since 2001-01-01",
                "log --until 2001-01-01",
                "log -f --since 2001-01-01",
                "get cm -n shop --at 2001-01-01",
                "why cm/prices -n shop --at 2001-01-01",
                "undo cm/prices -n shop --to 2001-01-01 --dry-run",
                "undo ns/shop --to 2001-01-01 --dry-run",
                "blame cm/prices -n shop --at 2001-01-01",
                "diff cm/prices -n shop --from 2001-01-01",
                "diff ns/shop --from 2001-01-01"
            })
    void aMomentBeforeTheLogIsRefused(String command) {
        ClusterInMemory.Result result = cluster.shiplog(command.split(" "));

        // As diff(1) and kubectl diff: 1 says that there are differences.
        assertEquals(command.startsWith("diff") ? 2 : 1, result.exitCode(), command);
        assertTrue(
                result.err().contains("is before the log begins: ")
                        && result.err().contains(" 1"),
                result::err);
    }

    private List<String> lines(String... words) {
        return cluster.shiplog(words).orFail().lines().toList();
    }

    @Test
    void getShowsWhatThereWas() {
        String at = Long.toString(deleted - 1);

        String table =
                cluster.shiplog("get", "configmaps", "-n", "shop", "--at", at).orFail();
        assertTrue(table.startsWith("NAME"), table);
        assertTrue(table.contains("gone"), table);
        assertTrue(cluster.shiplog("get", "cm", "-A", "--at", at).orFail().startsWith("NAMESPACE"));
        String yaml = cluster.shiplog("get", "cm/prices", "-n", "shop", "--at", Long.toString(created), "-o", "yaml")
                .orFail();
        assertTrue(yaml.contains("tea: \"2\""), yaml);
        assertEquals(
                "configmap/gone\n",
                cluster.shiplog("get", "cm/gone", "-n", "shop", "--at", at, "-o", "name")
                        .orFail());
        assertTrue(cluster.shiplog("get", "cm/gone", "-n", "shop", "--at", at, "-o", "json")
                .orFail()
                .contains("\"name\" : \"gone\""));
    }

    @Test
    void diffShowsWhatTheLastUserChanged() {
        Result diff = cluster.shiplog("diff", "cm/prices", "-n", "shop");

        assertEquals(1, diff.exitCode());
        assertTrue(
                diff.out().startsWith("--- configmap/prices at " + (changed - 1) + "\n+++ configmap/prices now\n"),
                diff.out());
        assertTrue(diff.out().contains("-  tea: \"2\"\n+  tea: \"3\"\n"), diff.out());
    }

    @Test
    void diffOfANamespaceShowsWhatCameAndWent() {
        Result diff = cluster.shiplog(
                "diff", "-n", "shop", "--from", Long.toString(changed), "--to", Long.toString(deleted - 1));
        Result gone = cluster.shiplog("diff", "-n", "shop", "--from", Long.toString(deleted - 1));
        Result same = cluster.shiplog("diff", "cm/prices", "-n", "shop", "--from", Long.toString(changed));

        assertTrue(diff.out().startsWith("--- /dev/null\n+++ configmap/gone at "), diff.out());
        assertFalse(diff.out().contains("prices"));
        assertTrue(
                gone.out().startsWith("--- configmap/gone at %d\n+++ /dev/null\n".formatted(deleted - 1)), gone.out());
        assertEquals(new Result(0, "", "", ""), same);
    }

    @Test
    void blameSaysWhoSetEachValue() {
        String text = cluster.shiplog("blame", "cm/prices", "-n", "shop").orFail();

        assertTrue(blamed(text, "  tea: \"3\"").startsWith("#" + changed + " "), text);
        assertTrue(
                blamed(text, "  tea: \"3\"")
                        .matches(
                                "#\\d+ +[-0-9]+ [0-9:.]+(Z|[-+][0-9:]+)  kubernetes-admin +update +[0-9a-f]{8} kubectl-shiplog *"));
        assertTrue(blamed(text, "  milk: \"1\"").startsWith("#" + created + " "), text);
        assertTrue(blamed(text, "data:").isBlank(), text);
        String before = cluster.shiplog("blame", "cm/prices", "-n", "shop", "--at", Long.toString(created))
                .orFail();
        assertTrue(blamed(before, "  tea: \"2\"").startsWith("#" + created + " "), before);
        String gone = cluster.shiplog("blame", "cm", "gone", "-n", "shop").orFail();
        assertTrue(gone.startsWith("# deleted at revision %d; its last state:".formatted(deleted)), gone);
        assertTrue(cluster.shiplog("blame", "ns/shop", "-o", "json")
                .orFail()
                .contains("\"pointer\" : \"/metadata/name\""));
        assertEquals(
                "shiplog: configmaps \"never\" not found (NotFound)\n",
                cluster.shiplog("blame", "cm/never", "-n", "shop").err());
    }

    /** The text to the left of a line. */
    private static String blamed(String text, String yaml) {
        return text.lines()
                .filter(line -> line.endsWith(" │ " + yaml))
                .findFirst()
                .map(line -> line.substring(0, line.indexOf(" │ ")))
                .orElseThrow(() -> new AssertionError("no line " + yaml + " in\n" + text));
    }

    @Test
    void whatGoesWrongIsSaidInOneLine() {
        assertEquals(
                "shiplog: the server doesn't have a resource type \"nope\"\n",
                cluster.shiplog("log", "nope/x").err());
        assertEquals(
                "shiplog: revision 99999 is in the future: the newest revision is %d (BadRequest)\n"
                        .formatted(cluster.newest()),
                cluster.shiplog("log", "--since", "99999").err());
        Result diff = cluster.shiplog("diff", "cm/nothing", "-n", "shop");
        assertEquals(2, diff.exitCode());
        assertEquals("shiplog: configmap/nothing was never in the log, in namespace shop\n", diff.err());
        assertEquals(
                "shiplog: what changed since when? Give --from, or an object as KIND/NAME\n",
                cluster.shiplog("diff").err());
        assertEquals(
                "shiplog: which one? Give its name, as cm/NAME\n",
                cluster.shiplog("diff", "cm").err());
        assertEquals(
                "shiplog: the kubeconfig has no context 'nowhere'\n",
                cluster.shiplog("log", "--context", "nowhere").err());
        assertTrue(cluster.shiplog("get", "pods", "--at", "never").err().contains("\"never\" is not a moment"));
    }

    @Test
    void aServerThatDoesNotAnswerIsNamed() {
        String elsewhere = cluster.kubeconfigWithServer("https://127.0.0.1:1");

        Result result = cluster.shiplogWith(elsewhere, "log");

        assertEquals(1, result.exitCode());
        assertTrue(
                result.err().startsWith("shiplog: cannot reach https://127.0.0.1:1 (context 'story'): "), result.err());
    }
}
