package io.shiplog.docker.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import io.shiplog.docker.api.ClusterInMemory;
import io.shiplog.docker.api.ClusterInMemory.Result;
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

/** What people read: nothing secret, nothing that a terminal acts on, no noise, and no empty answer to a typing error. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReadableHistoryTest {
    private static final String IN_SHOP = "/api/v1/namespaces/shop/";
    private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

    private ClusterInMemory cluster;
    private long configured;

    @BeforeAll
    void tell(@TempDir Path folder) throws IOException {
        cluster = new ClusterInMemory(folder);
        cluster.create("/api/v1/namespaces", "{'metadata':{'name':'shop'}}");
        cluster.create(
                IN_SHOP + "secrets", "{'metadata':{'name':'db'},'stringData':{'password':'hunter2','user':'u'}}");
        cluster.put(
                IN_SHOP + "secrets/db",
                "{'metadata':{'name':'db'},'stringData':{'password':'correct-horse','user':'u'}}");
        cluster.create(
                IN_SHOP + "configmaps",
                "{'metadata':{'name':'app','annotations':{'%s':'{1}'}},'data':{'conf':'a=1\\nb=2\\nc=3\\n'}}"
                        .formatted(LAST_APPLIED));
        configured = cluster.put(
                IN_SHOP + "configmaps/app",
                "{'metadata':{'name':'app','annotations':{'%s':'{2}'}},'data':{'conf':'a=1\\nb=20\\nc=3\\n'}}"
                        .formatted(LAST_APPLIED));
        cluster.create(IN_SHOP + "configmaps", "{'metadata':{'name':'evil'},'data':{'k':'x'}}");
        cluster.put(
                IN_SHOP + "configmaps/evil",
                "{'metadata':{'name':'evil'},'data':{'k':'\\u001b[2J\\u009b31m\\u202efdp','l':'1\\n2026-01-01 #7 alice deleted'}}");
    }

    @AfterAll
    void close() {
        cluster.close();
    }

    private String shown(String... words) {
        Result result = cluster.shiplog(words);
        assertTrue(result.exitCode() == 0 || words[0].equals("diff") && result.exitCode() == 1, result::err);
        return result.out();
    }

    @Test
    void secretsAreMaskedUnlessAskedFor() {
        for (String verb : List.of("log", "diff", "blame")) {
            String masked = shown(verb, "secret/db", "-n", "shop");
            String open = shown(verb, "secret/db", "-n", "shop", "--show-secrets");

            assertFalse(masked.contains("aHVudGVyMg") || masked.contains("Y29ycmVjdC1ob3JzZQ"), masked);
            assertTrue(masked.contains("***"), masked);
            assertTrue(open.contains("Y29ycmVjdC1ob3JzZQ"), open);
        }
        assertTrue(shown("log", "secret/db", "-n", "shop").contains(".data.password: ***→***"));
        String diff = shown("diff", "secret/db", "-n", "shop");
        assertTrue(diff.contains("*** (before)") && diff.contains("*** (after)"), diff);
        assertFalse(cluster.shiplog("undo", "secret/db", "-n", "shop", "--dry-run")
                .out()
                .contains("aHVudGVyMg"));
    }

    @Test
    void nothingThatAnObjectHoldsReachesTheTerminalUnescaped() {
        for (String verb : List.of("log", "diff", "blame")) {
            String text = shown(verb, "cm/evil", "-n", "shop");

            assertTrue(
                    text.chars().allMatch(c -> c == '\n' || c >= 0x20 && c < 0x7f || c >= 0xa0 && c != 0x202e), text);
        }
        List<String> lines = shown("log", "cm/evil", "-n", "shop").lines().toList();
        assertEquals(2, lines.size(), "a value forges no line");
        assertTrue(lines.get(1).contains("\\u001b[2J\\u009b31m\\u202efdp"), lines::toString);
    }

    @Test
    void onlyTheTerminalPrints() {
        ArchRuleDefinition.noClasses()
                .that()
                .resideInAnyPackage(
                        "io.shiplog.docker.history..",
                        "io.shiplog.docker.keys..",
                        "io.shiplog.docker.compose..",
                        "io.shiplog.docker.client..")
                .and()
                .doNotHaveSimpleName("Terminal")
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .because("what an object holds must not reach a terminal unescaped")
                .check(new ClassFileImporter()
                        .importPackages("io.shiplog.docker")
                        .that(production()));
    }

    private static com.tngtech.archunit.base.DescribedPredicate<com.tngtech.archunit.core.domain.JavaClass>
            production() {
        return com.tngtech.archunit.base.DescribedPredicate.describe(
                "production classes",
                each -> each.getSource()
                        .map(source -> !source.getUri().toString().contains("test-classes"))
                        .orElse(false));
    }

    @Test
    void textsWithManyLinesAreComparedLineByLine() {
        String log = shown("log", "cm/app", "-n", "shop");
        String diff = shown("diff", "cm/app", "-n", "shop");
        String blame = shown("blame", "cm/app", "-n", "shop");

        assertTrue(log.contains(".data.conf: line 2: b=2→b=20"), log);
        assertTrue(diff.contains("     a=1\n-    b=2\n+    b=20\n     c=3\n"), diff);
        assertTrue(line(blame, "    b=20").startsWith("#" + configured + " "), blame);
        assertFalse(line(blame, "    c=3").startsWith("#" + configured + " "), blame);
    }

    private static String line(String text, String ending) {
        return text.lines().filter(each -> each.endsWith(ending)).findFirst().orElseThrow();
    }

    @Test
    void noiseIsHiddenUnlessAskedFor() {
        for (String verb : List.of("log", "diff", "blame")) {
            assertFalse(shown(verb, "cm/app", "-n", "shop").contains("last-applied"), verb);
            assertTrue(shown(verb, "cm/app", "-n", "shop", "--all-fields").contains("last-applied"), verb);
        }
        assertFalse(shown("blame", "cm/app", "-n", "shop").contains("uid:"));
    }

    @Test
    void peopleAreShownWithWhatFollowedFolded() {
        List<String> lines = shown("log", "-A", "--people").lines().toList();

        String namespace = lines.stream()
                .filter(line -> line.contains("namespace shop"))
                .findFirst()
                .orElseThrow();
        String folded = lines.get(lines.indexOf(namespace) + 1);
        assertTrue(namespace.contains("kubernetes-admin"), namespace);
        assertTrue(folded.matches(" +└ \\d+ changes? followed \\(.*\\) by .*root-ca-cert-publisher.*"), folded);
        assertTrue(
                lines.stream().allMatch(line -> line.contains("kubernetes-admin") || line.contains("└")),
                lines::toString);
        assertEquals(
                1, shown("log", "--people", "--tail", "1", "-n", "shop").lines().count());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "log cm/ap -n shop | configmap/ap was never in the log, in namespace shop",
                "log --actor dnaa | no user 'dnaa' ever changed anything in namespace default",
                "log --verb craete | there is no verb 'craete': they are apply, attach, bind, create, delete, evict, exec, patch, portforward, proxy, token, update",
                "log --what craeted | there is no change type 'craeted': they are created, deleted,",
                "log --command 1-2 | no command has the id '1-2' in namespace default: give -n NAME",
                "log --since 9 --until 8 | invalid range: its start, revision 9, is after its end, revision 8",
                "undo cm/ap -n shop | configmap/ap: no user ever changed it in the log",
                "undo ns/shop | back to when? Give --before a revision, or --to a moment",
                "undo cm/app -n shop --before 03:12 | --before takes a revision, as in #1234; --to takes any moment"
            })
    void aTypoIsAnErrorAndNotAnEmptyAnswer(String command, String message) {
        Result result = cluster.shiplog(command.split(" "));

        assertEquals(1, result.exitCode());
        assertTrue(result.err().startsWith("shiplog: " + message), result::err);
    }

    @Test
    void undoOfAnObjectTakesBackWhatAUserDidLast() {
        String last = shown("undo", "cm/app", "-n", "shop", "--dry-run");
        String before = shown("undo", "cm/app", "-n", "shop", "--before", "#" + configured, "--dry-run");

        assertTrue(last.contains(".data.conf: line 2: b=20→b=2"), last);
        assertEquals(last, before);
    }
}
