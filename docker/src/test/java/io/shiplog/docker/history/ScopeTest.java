package io.shiplog.docker.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.docker.api.ClusterInMemory;
import io.shiplog.docker.api.ClusterInMemory.Result;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which namespace the verbs ask in, and what they say if nothing is there or it is mistyped. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ScopeTest {
    private static final String CONFIG_MAPS = "/api/v1/namespaces/shop/configmaps";
    private static final String BINDING = """
            {'metadata':{'name':'rita'},'subjects':[{'kind':'User','name':'rita'}],
             'roleRef':{'apiGroup':'rbac.authorization.k8s.io','kind':'ClusterRole','name':'admin'}}""";

    private ClusterInMemory cluster;
    private long start;
    private long changed;

    @BeforeAll
    void tell(@TempDir Path folder) throws IOException {
        cluster = new ClusterInMemory(folder);
        cluster.create("/api/v1/namespaces", "{'metadata':{'name':'shop'}}");
        cluster.create("/apis/rbac.authorization.k8s.io/v1/namespaces/shop/rolebindings", BINDING);
        cluster.create("/api/v1/namespaces", "{'metadata':{'name':'old'}}");
        cluster.delete("/api/v1/namespaces/old");
        cluster.awaitImage(now -> now.get(ObjectKey.clusterScoped(ResourceType.core("namespaces"), "old")) == null
                && now.get(ObjectKey.of(ResourceType.core("configmaps"), "shop", "kube-root-ca.crt")) != null);
        start = cluster.newest();
        cluster.create(CONFIG_MAPS, "{'metadata':{'name':'prices'},'data':{'tea':'2'}}");
        changed = cluster.put(CONFIG_MAPS + "/prices", "{'metadata':{'name':'prices'},'data':{'tea':'3'}}");
    }

    @AfterAll
    void close() {
        cluster.close();
    }

    /** Rita has rights in the namespace shop only. */
    private Result rita(String namespace, String... words) {
        return cluster.shiplogWith(cluster.kubeconfigOf("rita-token", namespace), words);
    }

    private Result bob(String namespace, String... words) {
        return cluster.shiplogWith(cluster.kubeconfigOf("bob-token", namespace), words);
    }

    @Test
    void theContextsNamespaceIsAskedAsInKubectl() {
        String log = rita("shop", "log").orFail();
        String undo = rita("shop", "undo", "#" + changed, "--dry-run").orFail();
        String range = rita("shop", "undo", start + ".." + changed, "--dry-run").orFail();
        String why = rita("shop", "why", "#" + changed).orFail();

        assertTrue(log.contains("configmap shop/prices"), log);
        assertTrue(undo.contains(".data.tea: 3→2"), undo);
        assertTrue(range.contains("delete   configmap shop/prices"), range);
        assertTrue(why.contains("configmap shop/prices"), why);
    }

    @Test
    void allNamespacesAreAskedOnlyOnRequest() {
        String here = bob("default", "log").orFail();
        String everywhere = bob("default", "log", "-A").orFail();

        assertFalse(here.contains("shop"), here);
        assertTrue(everywhere.contains("configmap shop/prices"), everywhere);
        assertTrue(everywhere.contains("namespace shop"), everywhere);
    }

    @Test
    void aRevisionFindsItsEventInAnotherNamespace() {
        String undo = bob("default", "undo", "#" + changed, "--dry-run").orFail();
        String why = bob("default", "why", "#" + changed).orFail();

        assertTrue(undo.contains(".data.tea: 3→2"), undo);
        assertTrue(why.contains("configmap shop/prices"), why);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"log", "log --tail 3", "log --actor rita", "undo 1..2", "undo #1", "why #1", "blame cm/prices"})
    void aRefusalNamesTheNamespaceAskedAndTheOption(String command) {
        Result result = rita("default", command.split(" "));

        assertEquals(1, result.exitCode(), result::toString);
        assertTrue(result.err().contains("(Forbidden)"), result::err);
        assertTrue(result.err().contains("-n NAME"), result::err);
        assertTrue(
                result.err().contains("asked in namespace default, the context's")
                        || result.err().contains("asked in all namespaces"),
                result::err);
    }

    @Test
    void anEmptyAnswerNamesTheNamespaceAndTheOptions() {
        Result result = cluster.shiplog("log", "-n", "shop", "--what", "scaled");

        assertEquals(new Result(0, "", "", result.notes()), result);
        assertEquals(
                List.of("No changes found in namespace shop: give -n NAME for another namespace, -A for all"),
                result.notes().lines().toList());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "log -n shpo",
                "log cm -n shpo",
                "log cm/prices -n shpo",
                "log -n shpo --actor bob",
                "diff -n shpo --from 1",
                "diff cm/prices -n shpo",
                "diff cm/prices -n shpo --from 1",
                "undo namespace shpo --before #9",
                "undo cm/prices -n shpo",
                "undo 1..9 -n shpo",
                "get cm -n shpo --at 9"
            })
    void aMistypedNamespaceIsAnError(String command) {
        Result result = cluster.shiplog(command.split(" "));

        assertTrue(result.exitCode() > 0, result::toString);
        assertEquals(
                "shiplog: namespace \"shpo\" not found, neither in the cluster nor in its log; did you mean \"shop\"?",
                result.err().strip());
    }

    @Test
    void aDeletedNamespaceIsNoMistake() {
        assertEquals(0, cluster.shiplog("log", "-n", "old", "--what", "scaled").exitCode());
        assertEquals(
                0, cluster.shiplog("diff", "-n", "old", "--from", "" + start).exitCode());
    }

    @Test
    void aMistypedUserIsComparedWithTheUsersSeen() {
        assertEquals(
                "shiplog: no user 'kubernetes-amdin' ever changed anything in namespace shop; did you mean \"kubernetes-admin\"?\n",
                cluster.shiplog("log", "-n", "shop", "--actor", "kubernetes-amdin")
                        .err());
        assertEquals(
                "shiplog: no user 'root-ca-cert-publishr' ever changed anything in namespace shop; did you mean \"root-ca-cert-publisher\"?\n",
                cluster.shiplog("log", "-n", "shop", "--actor", "root-ca-cert-publishr")
                        .err());
    }

    @Test
    void getTakesSeveralKindsAndCategoriesAndPrintsNamesAsKubectl() {
        String at = Long.toString(changed);

        String names = cluster.shiplog("get", "ns,sa,cm", "-n", "shop", "--at", at, "-o", "name")
                .orFail();
        String table = cluster.shiplog("get", "cm,rolebinding", "-n", "shop", "--at", at)
                .orFail();
        String all = cluster.shiplog("get", "all", "-A", "--at", at).orFail();
        String yaml = cluster.shiplog("get", "cm/prices", "rolebinding/rita", "-n", "shop", "--at", at, "-o", "yaml")
                .orFail();

        assertTrue(
                names.lines()
                        .toList()
                        .containsAll(List.of("namespace/shop", "serviceaccount/default", "configmap/prices")),
                names);
        assertTrue(table.contains("\n\nNAME"), table);
        assertTrue(table.contains("\nrolebinding.rbac.authorization.k8s.io/rita "), table);
        assertTrue(all.contains("service/kubernetes "), all);
        assertTrue(yaml.startsWith("apiVersion: v1\nkind: List\n"), yaml);
        assertTrue(yaml.contains("kind: RoleBinding"), yaml);
    }

    @Test
    void diffOfANamespaceCountsWhatControllersMade() {
        String from = "1";

        Result folded = cluster.shiplog("diff", "-n", "shop", "--from", from);
        Result all = cluster.shiplog("diff", "-n", "shop", "--from", from, "--all");

        assertTrue(folded.out().contains("+++ configmap/prices now"), folded.out());
        assertFalse(folded.out().contains("kube-root-ca.crt"), folded.out());
        assertEquals(
                "(not shown: what controllers made, configmap 1, serviceaccount 1; --all shows it)\n", folded.notes());
        assertTrue(all.out().contains("+++ configmap/kube-root-ca.crt now\n@@ -0,0 +1,"), all.out());
        assertEquals("", all.notes());
    }

    @Test
    void undoShowsSecretsOnRequest() {
        cluster.create("/api/v1/namespaces/shop/secrets", "{'metadata':{'name':'db'},'stringData':{'password':'one'}}");
        cluster.put("/api/v1/namespaces/shop/secrets/db", "{'metadata':{'name':'db'},'stringData':{'password':'two'}}");

        String masked =
                cluster.shiplog("undo", "secret/db", "-n", "shop", "--dry-run").orFail();
        String shown = cluster.shiplog("undo", "secret/db", "-n", "shop", "--dry-run", "--show-secrets")
                .orFail();

        assertTrue(masked.contains(".data.password: ***→***"), masked);
        assertTrue(shown.contains(".data.password: dHdv→b25l"), shown);
    }
}
