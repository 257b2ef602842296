package io.shiplog.docker.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.docker.home.ClusterSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Unmodified kubectl's everyday verbs on a whole cluster, and what the API answers to what kubectl would never send. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EverydayKubectlIT {
    private static final String JSON = "application/json";
    private static final Duration SOON = Duration.ofSeconds(90);

    private final ClusterUnderTest cluster =
            new ClusterUnderTest(new ClusterSettings("everyday", 18143, "10.246.0.0/16", "10.140.0.0/16"), 1);
    private final RawApi api = new RawApi(cluster);

    @BeforeAll
    void up() {
        cluster.up();
    }

    @AfterAll
    void down() {
        cluster.close();
    }

    private Kubectl in(String namespace) {
        return Kubectl.inNewNamespace(cluster, namespace);
    }

    private static void assertContains(String text, String... parts) {
        for (String part : parts) {
            assertTrue(text.contains(part), () -> "no '" + part + "' in:\n" + text);
        }
    }

    private static String configMap(String name, String data) {
        return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: " + name + "}\ndata: {" + data + "}\n";
    }

    private static String deployment(String name, int replicas) {
        return """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: NAME, labels: {tier: front}}
                spec:
                  replicas: REPLICAS
                  selector: {matchLabels: {app: NAME}}
                  template:
                    metadata: {labels: {app: NAME}}
                    spec:
                      terminationGracePeriodSeconds: 0
                      containers:
                      - name: web
                        image: nginx
                        imagePullPolicy: IfNotPresent
                        ports: [{name: http, containerPort: 80}]
                        env: [{name: A, value: "1"}, {name: B, value: "2"}]
                """.replace("NAME", name).replace("REPLICAS", Integer.toString(replicas));
    }

    private static String pod(String name, String command) {
        return """
                apiVersion: v1
                kind: Pod
                metadata: {name: NAME, labels: {app: NAME}}
                spec:
                  terminationGracePeriodSeconds: 0
                  containers:
                  - {name: main, image: busybox, imagePullPolicy: IfNotPresent, command: [sh, -c, "COMMAND"]}
                """.replace("NAME", name).replace("COMMAND", command);
    }

    /** kubectl computes the patches, and merges by the number alone. */
    @ConcurrentTest
    void applyLosesNoPortOfTwoProtocols() {
        Kubectl kubectl = in("ports");
        String ports = "jsonpath={range .spec.ports[*]}{.name}/{.protocol}/{.targetPort} {end}";
        String tcp = "{name: tcp, port: 53, protocol: TCP, targetPort: 53}";
        String udp = "{name: udp, port: 53, protocol: UDP, targetPort: 53}";
        String web = "{name: web, port: 80}";

        kubectl.apply(service(tcp));
        kubectl.apply(service(tcp + ", " + udp));
        kubectl.apply(service(tcp + ", " + udp)); // Puts them in the file's order.
        assertEquals("tcp/TCP/53 udp/UDP/53 ", kubectl.run("get", "svc", "dns", "-o", ports));
        assertContains(kubectl.feed(service(tcp + ", " + udp), "apply", "-f", "-"), "unchanged");

        String both = (tcp + ", " + udp).replace("targetPort: 53", "targetPort: 1053");
        kubectl.apply(service(both + ", " + web));
        assertEquals("tcp/TCP/1053 udp/UDP/1053 web/TCP/80 ", kubectl.run("get", "svc", "dns", "-o", ports));

        assertContains(
                kubectl.feedRefused(
                        service(tcp.replace("targetPort: 53", "targetPort: 1053") + ", " + web), "apply", "-f", "-"),
                "several elements have port 53",
                "does not say which it deletes");
        assertEquals("tcp/TCP/1053 udp/UDP/1053 web/TCP/80 ", kubectl.run("get", "svc", "dns", "-o", ports));
    }

    private static String service(String ports) {
        return "apiVersion: v1\nkind: Service\nmetadata: {name: dns}\nspec: {selector: {a: b}, ports: [" + ports
                + "]}\n";
    }

    @ConcurrentTest
    void getShowsObjectsInEveryForm() {
        Kubectl kubectl = in("forms");
        kubectl.run("create", "configmap", "a", "--from-literal=x=1");
        kubectl.run("create", "configmap", "b", "--from-literal=x=2");
        kubectl.run("label", "configmap", "a", "tier=front");

        assertContains(kubectl.run("get", "cm", "a", "-o", "yaml"), "  x: \"1\"\n", "  namespace: forms\n");
        assertContains(kubectl.run("get", "cm", "a", "-o", "json"), "\"x\": \"1\"");
        assertEquals("1 2 ", kubectl.run("get", "cm", "a", "b", "-o", "jsonpath={range .items[*]}{.data.x} {end}"));
        assertEquals("1", kubectl.run("get", "cm", "a", "-o", "go-template={{.data.x}}"));
        assertEquals("configmap/a\n", kubectl.run("get", "cm", "-l", "tier in (front,back)", "-o", "name"));
        assertFalse(kubectl.run("get", "cm", "-l", "tier!=front", "-o", "name").contains("configmap/a\n"));
        assertEquals("configmap/b\n", kubectl.run("get", "cm", "--field-selector", "metadata.name=b", "-o", "name"));
        assertContains(kubectl.run("get", "cm", "-A", "-l", "tier"), "NAMESPACE", "forms");
        assertContains(kubectl.run("get", "cm", "a", "--show-labels"), "LABELS", "tier=front");
        assertContains(kubectl.run("get", "cm", "-L", "tier"), "TIER");
        assertContains(kubectl.run("get", "nodes", "-o", "wide"), "INTERNAL-IP", "CONTAINER-RUNTIME", "docker://");
        assertContains(kubectl.run("describe", "cm", "a"), "Name:         a", "x:\n----\n1");
        assertContains(kubectl.run("explain", "configmap.data"), "FIELD: data <map[string]string>");

        assertContains(kubectl.refused("get", "gadgets"), "the server doesn't have a resource type \"gadgets\"");
        assertContains(kubectl.refused("get", "cm", "c"), "(NotFound): configmaps \"c\" not found");
        assertContains(
                kubectl.refused("get", "pods", "--field-selector", "spec.colour=red"),
                "field label not supported: spec.colour");
        assertContains(kubectl.refused("get", "cm", "-l", "a=b=c"), "(BadRequest)");
    }

    @ConcurrentTest
    void longListsComeInPages() {
        Kubectl kubectl = in("pages");
        StringBuilder twelve = new StringBuilder();
        for (int i = 0; i < 12; i++) {
            twelve.append(configMap("page-" + i, "i: \"" + i + "\"")).append("---\n");
        }
        kubectl.feed(twelve.toString(), "create", "-f", "-");

        Shell.Result result = kubectl.tried(null, "get", "cm", "-o", "name", "--chunk-size=5", "-v=6");

        assertEquals(
                12,
                result.out()
                        .lines()
                        .filter(l -> l.startsWith("configmap/page-"))
                        .count(),
                result.out());
        assertEquals(
                2, result.err().lines().filter(l -> l.contains("continue=")).count(), result.err());
        RawApi.Answer damaged = api.get("/api/v1/namespaces/pages/configmaps?limit=5&continue=damaged");
        assertEquals(400, damaged.code());
        assertEquals("BadRequest", damaged.reason());
    }

    @ConcurrentTest
    void createTellsAllThatIsWrongAtOnce() {
        Kubectl kubectl = in("creating");
        assertEquals("configmap/a created\n", kubectl.feed(configMap("a", "x: one"), "create", "-f", "-"));

        assertContains(
                kubectl.feedRefused(configMap("a", "x: one"), "create", "-f", "-"),
                "(AlreadyExists)",
                "configmaps \"a\" already exists");
        assertContains(
                kubectl.feedRefused(
                        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\nshape: round\n", "create", "-f", "-"),
                "unknown field \"shape\"");
        String wrong = kubectl.feedRefused("""
                apiVersion: v1
                kind: Pod
                metadata: {name: Web_1, labels: {"a b": c}}
                spec: {restartPolicy: Sometimes, containers: [{name: UP, image: ""}]}
                """, "create", "-f", "-");
        assertContains(
                wrong,
                "The Pod \"Web_1\" is invalid:",
                "* metadata.name: Invalid value: \"Web_1\"",
                "* metadata.labels: Invalid value: \"a b\"",
                "* spec.containers[0].name: Invalid value: \"UP\"",
                "* spec.containers[0].image: Required value",
                "* spec.restartPolicy: Unsupported value: \"Sometimes\"");
        assertEquals("", kubectl.run("get", "pods", "-o", "name"), "nothing of it was made");
        assertContains(
                kubectl.run("create", "configmap", "dry", "--from-literal=a=b", "--dry-run=server", "-o", "yaml"),
                "uid:");
        assertContains(kubectl.refused("get", "cm", "dry"), "(NotFound)");
    }

    @ConcurrentTest
    void applyMergesWhatWasWhatIsAndWhatIsWanted() {
        Kubectl kubectl = in("applying");
        assertEquals("configmap/conf created\n", kubectl.apply(configMap("conf", "a: one, b: two")));
        assertEquals("configmap/conf unchanged\n", kubectl.apply(configMap("conf", "a: one, b: two")));
        kubectl.run("patch", "cm", "conf", "--type=merge", "-p", "{\"data\":{\"other\":\"kept\"}}");

        Shell.Result diff = kubectl.tried(configMap("conf", "a: three"), "diff", "-f", "-");
        assertEquals(1, diff.exitCode(), diff.err());
        assertContains(diff.out(), "-  a: one", "+  a: three", "-  b: two");
        assertEquals("configmap/conf configured\n", kubectl.apply(configMap("conf", "a: three")));

        assertEquals("{\"a\":\"three\",\"other\":\"kept\"}", kubectl.field("cm/conf", ".data"));
        assertContains(kubectl.run("apply", "view-last-applied", "cm", "conf"), "a: three");

        String labelled = configMap("old", "a: b").replace("{name: old}", "{name: old, labels: {set: mine}}");
        kubectl.feed(labelled, "apply", "-f", "-");
        String pruned = kubectl.feed(
                labelled.replace("name: old", "name: new"),
                "apply",
                "-f",
                "-",
                "--prune",
                "-l",
                "set=mine",
                "--prune-allowlist=core/v1/ConfigMap");
        assertContains(pruned, "configmap/new created", "configmap/old pruned");
    }

    @ConcurrentTest
    void serverSideApplyTakesOverFieldsOnlyWhenForced() {
        Kubectl kubectl = in("server-side");
        kubectl.apply(configMap("conf", "a: one"));

        assertEquals(
                "configmap/conf serverside-applied\n",
                kubectl.feed(configMap("conf", "a: two"), "apply", "--server-side", "-f", "-"));
        String[] other = {"apply", "--server-side", "--field-manager=other", "-f", "-"};
        String conflict = kubectl.feedRefused(configMap("conf", "a: three"), other);
        assertContains(conflict, "Apply failed with 1 conflict", "conflict with \"kubectl\": .data.a");
        assertEquals("two", kubectl.field("cm/conf", ".data.a"));

        kubectl.feed(
                configMap("conf", "a: three"),
                "apply",
                "--server-side",
                "--field-manager=other",
                "--force-conflicts",
                "-f",
                "-");
        assertEquals("three", kubectl.field("cm/conf", ".data.a"));
        assertContains(kubectl.run("get", "cm", "conf", "-o", "yaml", "--show-managed-fields"), "manager: other");
    }

    @ConcurrentTest
    void applyKeepsListsTogetherByTheirKeys() {
        Kubectl kubectl = in("lists");
        kubectl.apply(deployment("web", 0));
        kubectl.run("set", "env", "deployment/web", "ADDED=yes");

        kubectl.apply(deployment("web", 0).replace("{name: A, value: \"1\"}, ", ""));

        assertEquals(
                "B ADDED",
                kubectl.run("get", "deploy", "web", "-o", "jsonpath={.spec.template.spec.containers[0].env[*].name}"));
    }

    @ConcurrentTest
    void editRunsTheEditor() {
        Kubectl kubectl = in("editing");
        kubectl.apply(configMap("conf", "colour: blue"));

        assertEquals(
                "configmap/conf edited\n",
                kubectl.before("env", "EDITOR=sed -i s/blue/red/").run("edit", "cm", "conf"));
        assertEquals("red", kubectl.field("cm/conf", ".data.colour"));

        assertContains(
                kubectl.before("env", "EDITOR=true")
                                .tried(null, "edit", "cm", "conf")
                                .err()
                        + kubectl.before("env", "EDITOR=true")
                                .tried(null, "edit", "cm", "conf")
                                .out(),
                "no changes made");
        // What the server refuses comes back to the editor, which leaves it as it is.
        assertContains(
                kubectl.before("env", "EDITOR=sed -i s/colour:.*/colour:[]/").refused("edit", "cm", "conf"),
                "no valid changes were saved");
        assertEquals("red", kubectl.field("cm/conf", ".data.colour"));
    }

    @ConcurrentTest
    void labelsAndAnnotationsComeAndGo() {
        Kubectl kubectl = in("labels");
        kubectl.apply(configMap("conf", "a: b"));

        kubectl.run("label", "cm", "conf", "tier=front");
        assertContains(kubectl.refused("label", "cm", "conf", "tier=back"), "--overwrite is false");
        kubectl.run("label", "cm", "conf", "tier=back", "--overwrite");
        kubectl.run("annotate", "cm", "conf", "note=two words");

        assertEquals(
                "back two words",
                kubectl.run(
                        "get", "cm", "conf", "-o", "jsonpath={.metadata.labels.tier} {.metadata.annotations.note}"));
        kubectl.run("label", "cm", "conf", "tier-");
        kubectl.run("annotate", "cm", "conf", "note-");
        assertEquals(
                "",
                kubectl.run("get", "cm", "conf", "-o", "jsonpath={.metadata.labels.tier}{.metadata.annotations.note}"));
        assertContains(kubectl.refused("label", "cm", "conf", "a b=c"), "metadata.labels: Invalid value: \"a b\"");
    }

    @ConcurrentTest
    void patchesOfThreeKindsAreApplied() {
        Kubectl kubectl = in("patching");
        kubectl.apply(deployment("web", 0));

        kubectl.run(
                "patch",
                "deploy",
                "web",
                "--type=json",
                "-p",
                "[{\"op\":\"test\",\"path\":\"/spec/replicas\",\"value\":0},{\"op\":\"add\",\"path\":\"/metadata/labels/json\",\"value\":\"yes\"}]");
        kubectl.run(
                "patch",
                "deploy",
                "web",
                "--type=merge",
                "-p",
                "{\"metadata\":{\"labels\":{\"tier\":null,\"merge\":\"yes\"}}}");
        kubectl.run("patch", "deploy", "web", "--type=strategic", "-p", """
                {"spec":{"template":{"spec":{"containers":[{"name":"web","env":[{"name":"B","$patch":"delete"},{"name":"C","value":"3"}]}]}}}}""");

        assertEquals("{\"json\":\"yes\",\"merge\":\"yes\"}", kubectl.field("deploy/web", ".metadata.labels"));
        assertEquals("C A", kubectl.field("deploy/web", ".spec.template.spec.containers[0].env[*].name"));
        assertContains(
                kubectl.refused(
                        "patch",
                        "deploy",
                        "web",
                        "--type=json",
                        "-p",
                        "[{\"op\":\"test\",\"path\":\"/spec/replicas\",\"value\":7}]"),
                "the server rejected our request due to an error in our request");
        assertContains(kubectl.refused("patch", "deploy", "web", "-p", "nonsense"), "(BadRequest)");
        assertContains(
                kubectl.refused("patch", "deploy", "web", "-p", "{\"spec\":{\"replicas\":\"many\"}}"),
                "unrecognized type: int32");
    }

    @ConcurrentTest
    void deploymentsRollOutBackAndEndWithAllThatTheyMade() {
        Kubectl kubectl = in("rollouts");
        kubectl.apply(deployment("web", 2));
        assertContains(kubectl.run("rollout", "status", "deploy/web", "--timeout=90s"), "successfully rolled out");
        assertContains(
                kubectl.run("get", "deploy,rs,pods", "-o", "wide"), "2/2", "10.246.", "app=web,pod-template-hash=");

        kubectl.run("expose", "deploy", "web", "--port=8080", "--target-port=http", "--name=front");
        kubectl.await(
                text -> text.lines().filter(l -> l.contains("Endpoints:")).anyMatch(l -> l.contains(":80,")),
                "describe",
                "svc",
                "front");
        String address = kubectl.field("svc/front", ".spec.clusterIP");
        assertContains(
                cluster.host("curl", "-s", "--max-time", "10", "http://" + address + ":8080")
                        .orFail(),
                "nginx");

        kubectl.run("rollout", "pause", "deploy/web");
        kubectl.run("set", "image", "deploy/web", "web=nginx:1.27");
        assertContains(kubectl.refused("rollout", "pause", "deploy/web"), "already paused");
        assertContains(kubectl.refused("rollout", "undo", "deploy/web"), "no rollout history found");
        assertEquals(
                "1", kubectl.field("deploy/web", ".metadata.annotations['deployment\\.kubernetes\\.io/revision']"));
        kubectl.run("rollout", "resume", "deploy/web");
        kubectl.run("rollout", "status", "deploy/web", "--timeout=90s");
        assertContains(kubectl.run("rollout", "history", "deploy/web", "--revision=2"), "nginx:1.27");

        kubectl.run("rollout", "undo", "deploy/web");
        kubectl.run("rollout", "status", "deploy/web", "--timeout=90s");
        assertEquals("nginx", kubectl.field("deploy/web", ".spec.template.spec.containers[0].image"));
        assertContains(kubectl.run("rollout", "history", "deploy/web"), "2 ", "3 ");
        assertContains(
                kubectl.refused("rollout", "undo", "deploy/web", "--to-revision=9"),
                "unable to find specified revision 9");

        kubectl.run("rollout", "restart", "deploy/web");
        kubectl.run("rollout", "status", "deploy/web", "--timeout=90s");
        assertContains(
                kubectl.refused("scale", "deploy", "web", "--replicas=1", "--current-replicas=7"),
                "Expected replicas to be 7, was 2");
        kubectl.run("scale", "deploy", "web", "--replicas=1");
        kubectl.awaitField("1", "deploy/web", ".status.replicas");
        assertContains(kubectl.run("describe", "deploy", "web"), "ScalingReplicaSet", "NewReplicaSetAvailable");

        kubectl.run("delete", "deploy", "web", "--cascade=foreground");
        assertEquals("", kubectl.run("get", "deploy,rs,pods", "-o", "name"));
    }

    @ConcurrentTest
    void orphansOutliveTheirOwner() {
        Kubectl kubectl = in("orphans");
        kubectl.apply(deployment("web", 0));
        kubectl.await(name -> name.startsWith("replicaset"), "get", "rs", "-o", "name");

        kubectl.run("delete", "deploy", "web", "--cascade=orphan");

        assertEquals("", kubectl.run("get", "rs", "-o", "jsonpath={.items[*].metadata.ownerReferences}"));
        kubectl.run("delete", "rs", "--all");
    }

    @ConcurrentTest
    void podsAreRunWaitedForReadAndDeleted() {
        Kubectl kubectl = in("running");
        kubectl.run(
                "run",
                "task",
                "--image=busybox",
                "--image-pull-policy=IfNotPresent",
                "--restart=Never",
                "--env=WHO=you",
                "--",
                "sh",
                "-c",
                "for i in 1 2 3; do echo line $i for $WHO; done");
        kubectl.run("wait", "--for=jsonpath={.status.phase}=Succeeded", "pod/task", "--timeout=90s");

        assertEquals("line 1 for you\nline 2 for you\nline 3 for you\n", kubectl.run("logs", "task"));
        assertEquals("line 3 for you\n", kubectl.run("logs", "task", "--tail=1"));
        assertEquals("line 1", kubectl.run("logs", "task", "--limit-bytes=6"));
        assertTrue(kubectl.run("logs", "task", "--timestamps", "--tail=1").matches("20\\d\\d-.*Z line 3 for you\n"));
        assertContains(kubectl.run("get", "pod", "task"), "0/1", "Completed");
        assertContains(kubectl.refused("logs", "task", "-c", "other"), "container other is not valid for pod task");
        assertContains(
                kubectl.refused("logs", "task", "--previous"),
                "previous terminated container \"task\" in pod \"task\" not found");
        assertContains(kubectl.refused("logs", "nobody"), "pods \"nobody\" not found");

        kubectl.apply("""
                apiVersion: v1
                kind: Pod
                metadata: {name: again, labels: {app: again}}
                spec:
                  terminationGracePeriodSeconds: 0
                  containers:
                  - name: main
                    image: busybox
                    imagePullPolicy: IfNotPresent
                    command: [sh, -c, "if [ -f /data/x ]; then echo second; sleep 1000; fi; touch /data/x; echo first; exit 3"]
                    volumeMounts: [{name: data, mountPath: /data}]
                  volumes: [{name: data, emptyDir: {}}]
                """);
        kubectl.awaitField("1", "pod/again", ".status.containerStatuses[0].restartCount");
        kubectl.await("second\n"::equals, "logs", "again", "-c", "main");
        assertEquals("first\n", kubectl.run("logs", "again", "--previous"));
        assertContains(kubectl.run("describe", "pod", "again"), "Exit Code:    3", "Restart Count:  1");

        kubectl.apply(pod("talker", "for i in $(seq 20); do echo more; sleep 0.1; done")
                .replace("spec:", "spec:\n  restartPolicy: Never"));
        kubectl.await(text -> text.contains("more"), "logs", "talker");
        String followed = kubectl.run("logs", "-f", "talker");
        assertEquals(20, followed.lines().filter("more"::equals).count(), followed);

        assertContains(kubectl.run("delete", "pod", "task", "--grace-period=0", "--force"), "force deleted");
        assertContains(kubectl.refused("delete", "pod", "task"), "(NotFound)");
        assertEquals("", kubectl.run("delete", "pod", "task", "--ignore-not-found"));
        assertContains(kubectl.run("delete", "pods", "-l", "app in (again,talker)"), "again", "talker");
        assertEquals("", kubectl.run("get", "pods", "-o", "name"));
    }

    @ConcurrentTest
    void aTokenOpensItsOwnNamespaceAloneNowAndInThePast() {
        Kubectl mine = in("mine");
        Kubectl theirs = in("theirs");
        mine.run("create", "serviceaccount", "reader");
        mine.run("create", "role", "reading", "--verb=get,list,watch", "--resource=configmaps");
        mine.run("create", "rolebinding", "reading", "--role=reading", "--serviceaccount=mine:reader");
        mine.apply(configMap("here", "a: b"));
        theirs.apply(configMap("there", "a: b"));
        theirs.run("delete", "cm", "there");
        String then = "/at/" + revision();
        String token = mine.run("create", "token", "reader").strip();

        Kubectl reader = mine.withToken(token, "");
        assertContains(
                reader.run("auth", "whoami"),
                "system:serviceaccount:mine:reader",
                "system:serviceaccounts:mine",
                mine.run("get", "serviceaccount", "reader", "-o", "jsonpath={.metadata.uid}"),
                "JTI=");
        assertContains(mine.run("auth", "whoami"), "kubernetes-admin", "X509SHA256=");
        assertContains(reader.run("get", "cm"), "here");
        for (String path : List.of("", then, "/at/1")) {
            Kubectl elsewhere = mine.withToken(token, path);
            assertContains(
                    elsewhere.refused("get", "cm", "--namespace", "theirs"),
                    "(Forbidden)",
                    "User \"system:serviceaccount:mine:reader\" cannot list resource \"configmaps\"");
            assertContains(elsewhere.refused("get", "cm", "there", "--namespace", "theirs"), "(Forbidden)");
            assertContains(elsewhere.refused("get", "cm", "-A"), "at the cluster scope");
            assertContains(elsewhere.refused("get", "secrets"), "(Forbidden)");
        }
        assertContains(mine.withToken(token, then).run("get", "cm"), "here");
        assertContains(reader.refused("create", "configmap", "x"), "cannot create resource \"configmaps\"");
        assertContains(mine.refused("create", "token", "nobody"), "serviceaccounts \"nobody\" not found");
        assertContains(mine.withToken("nonsense", "").refused("get", "cm"), "(Unauthorized)");

        mine.run("delete", "serviceaccount", "reader");
        reader.await(text -> text.contains("(Unauthorized)"), "get", "cm");
    }

    @ConcurrentTest
    void aTokenSecretIsFilledAndGoesWithItsServiceAccount() {
        Kubectl kubectl = in("robots");
        kubectl.run("create", "serviceaccount", "robot");
        kubectl.apply("""
                apiVersion: v1
                kind: Secret
                metadata:
                  name: robot-token
                  annotations:
                    kubernetes.io/service-account.name: robot
                type: kubernetes.io/service-account-token
                """);
        kubectl.await(text -> !text.isBlank(), "get", "secret", "robot-token", "-o", "jsonpath={.data.token}");
        String described = kubectl.run("describe", "secret", "robot-token");
        assertContains(described, "kubernetes.io/service-account.uid", "namespace:  6 bytes", "ca.crt:");
        String token = described
                .lines()
                .filter(line -> line.startsWith("token:"))
                .findFirst()
                .orElseThrow()
                .substring("token:".length())
                .strip();

        Kubectl robot = kubectl.withToken(token, "");
        assertContains(robot.run("auth", "whoami"), "system:serviceaccount:robots:robot");
        assertContains(robot.refused("get", "secrets"), "(Forbidden)");
        kubectl.run("delete", "serviceaccount", "robot");
        kubectl.await(""::equals, "get", "secret", "robot-token", "--ignore-not-found");
        robot.await(text -> text.contains("Unauthorized"), "get", "secrets");
    }

    /** The log's newest revision. */
    private String revision() {
        return api.get("/api/v1/namespaces?limit=1")
                .json()
                .path("metadata")
                .path("resourceVersion")
                .asText();
    }

    @ConcurrentTest
    void theAdminActsAsOthersAndAsksWhatTheyMay() {
        Kubectl kubectl = in("acting");
        kubectl.run("create", "role", "pods", "--verb=list", "--resource=pods");
        kubectl.run("create", "rolebinding", "pods", "--role=pods", "--user=jane", "--group=dev");

        assertEquals("yes\n", kubectl.run("auth", "can-i", "list", "pods", "--as=jane"));
        assertEquals(
                "no\n",
                kubectl.tried(null, "auth", "can-i", "delete", "pods", "--as=jane")
                        .out());
        assertEquals(
                "no\n",
                kubectl.tried(null, "auth", "can-i", "list", "pods", "--as=jane", "-n", "default")
                        .out());
        assertContains(kubectl.run("auth", "can-i", "--list", "--as=jane"), "pods", "[list]");
        assertEquals("", kubectl.run("get", "pods", "-o", "name", "--as=jane"));
        assertEquals("", kubectl.run("get", "pods", "-o", "name", "--as=joe", "--as-group=dev"));
        assertContains(kubectl.refused("get", "pods", "--as=joe"), "User \"joe\" cannot list resource \"pods\"");
        assertContains(kubectl.run("auth", "whoami", "--as=joe", "--as-group=dev"), "[dev system:authenticated]");
        assertContains(
                kubectl.withToken(kubectl.run("create", "token", "default").strip(), "")
                        .refused("get", "pods", "--as=jane"),
                "cannot impersonate resource \"users\"");
    }

    @ConcurrentTest
    void aWatchBeginsInThePastAndGoesOn(@TempDir Path folder) {
        Kubectl kubectl = in("watching");
        String before = revision();
        kubectl.apply(configMap("gone", "a: b"));
        kubectl.run("delete", "cm", "gone");
        kubectl.apply(configMap("stays", "a: b"));
        String path = "/api/v1/namespaces/watching/configmaps?watch=1&timeoutSeconds=3&allowWatchBookmarks=true";

        RawApi.Answer past = api.get(path + "&resourceVersion=" + before + "&fieldSelector=metadata.name=gone");
        assertEquals(200, past.code());
        assertEquals(List.of("ADDED", "DELETED", "BOOKMARK"), types(past));

        RawApi.Answer initial = api.get(
                path + "&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&fieldSelector=metadata.name=stays");
        assertEquals(List.of("ADDED", "BOOKMARK"), types(initial).subList(0, 2));
        assertEquals(
                "true",
                initial.events()
                        .get(1)
                        .at("/object/metadata/annotations/k8s.io~1initial-events-end")
                        .asText());

        Path seen = folder.resolve("seen");
        String watch = "timeout 60 kubectl get cm -n watching -w --output-watch-events > " + seen + " 2>&1 & echo $!";
        String pid = cluster.host("bash", "-c", watch).orFail().strip();
        Supplier<String> text = () -> cluster.host("cat", seen.toString()).out();
        cluster.await("the first list", SOON, text, lines -> lines.contains("stays"));
        kubectl.run("label", "cm", "stays", "a=b");
        kubectl.run("delete", "cm", "stays");
        cluster.await(
                "the end of it",
                SOON,
                text,
                lines -> lines.contains("MODIFIED   stays") && lines.contains("DELETED    stays"));
        cluster.host("kill", pid);
    }

    private static List<String> types(RawApi.Answer watch) {
        return watch.events().stream().map(event -> event.path("type").asText()).toList();
    }

    @ConcurrentTest
    void whatNoClientShouldSendIsAnsweredWithAStatus() {
        Kubectl kubectl = in("refusing");
        kubectl.apply(configMap("a", "x: one"));
        String all = "/api/v1/namespaces/refusing/configmaps";
        String a = all + "/a";

        refused(
                api.get("/api/v1/namespaces/refusing/gadgets"),
                404,
                "NotFound",
                "could not find the requested resource");
        refused(api.get("/apis/nowhere.io/v1/things"), 404, "NotFound", "could not find the requested resource");
        refused(api.get(all + "/b"), 404, "NotFound", "configmaps \"b\" not found");
        refused(api.send("PATCH", all, JSON, "{}"), 405, "MethodNotAllowed", "does not allow this method");
        refused(api.send("POST", all, JSON, "{bad"), 400, "BadRequest", "couldn't get version/kind; json parse error");
        refused(api.send("POST", all, JSON, ""), 400, "BadRequest", "unexpected end of JSON input");
        refused(
                api.send("POST", all, JSON, "{\"kind\":\"Pod\",\"apiVersion\":\"v1\"}"),
                400,
                "BadRequest",
                "cannot be handled as a ConfigMap");
        refused(
                api.send("POST", all, JSON, "{\"metadata\":{\"name\":\"b\",\"namespace\":\"c\"}}"),
                400,
                "BadRequest",
                "does not match the namespace");
        refused(
                api.send("POST", "/api/v1/namespaces/nowhere/configmaps", JSON, "{\"metadata\":{\"name\":\"b\"}}"),
                404,
                "NotFound",
                "namespaces \"nowhere\" not found");
        refused(
                api.send("POST", all, "text/plain", "{}"),
                415,
                "UnsupportedMediaType",
                "accepted media types include: application/json");
        refused(api.send("PATCH", a, JSON, "{}"), 415, "UnsupportedMediaType", "application/merge-patch+json");
        refused(
                api.send("PATCH", a, "application/apply-patch+yaml", "{}"),
                422,
                "Invalid",
                "fieldManager: Required value: is required for apply patch");
        refused(
                api.send("PUT", a, JSON, "{\"metadata\":{\"name\":\"a\",\"resourceVersion\":\"1\"}}"),
                409,
                "Conflict",
                "the object has been modified");
        refused(
                api.send("DELETE", a, JSON, "{\"preconditions\":{\"uid\":\"other\"}}"),
                409,
                "Conflict",
                "UID in the precondition");
        refused(
                api.send("PUT", a, JSON, "{\"metadata\":{\"name\":\"b\"}}"),
                400,
                "BadRequest",
                "does not match the name on the URL");
        refused(api.send("POST", all, JSON, bodyOf(4_000_000)), 413, "RequestEntityTooLarge", "limit is 3145728");
        refused(
                api.send("POST", all, JSON, bodyOf(1_200_000)),
                422,
                "Invalid",
                "Too long: may not be more than 1048576 bytes");
        refused(api.get("/api/v1/pods?resourceVersion=999999999"), 504, "Timeout", "Too large resource version");
        refused(api.send("DELETE", "/at/1" + a, "", null), 405, "MethodNotAllowed", "the past cannot be changed");
        assertEquals("one", kubectl.field("cm/a", ".data.x"), "nothing of it did anything");
    }

    private static String bodyOf(int bytes) {
        return "{\"metadata\":{\"name\":\"big\"},\"data\":{\"a\":\"" + "a".repeat(bytes) + "\"}}";
    }

    private static void refused(RawApi.Answer answer, int code, String reason, String message) {
        JsonNode status = answer.json();
        assertEquals(code, answer.code(), answer.text());
        assertEquals("Status", status.path("kind").asText(), answer.text());
        assertEquals("Failure", status.path("status").asText());
        assertEquals(code, status.path("code").asInt());
        assertEquals(reason, answer.reason(), answer.text());
        assertContains(answer.message(), message);
    }
}
