package io.shiplog.docker.e2e;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.docker.home.ClusterSettings;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** The console of a real cluster in a real browser: a night's story, looked at the morning after. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ConsoleIT {
    private static final Duration SOON = Duration.ofSeconds(120);

    private final ClusterUnderTest cluster =
            new ClusterUnderTest(new ClusterSettings("console", 18043, "10.227.0.0/16", "10.228.0.0/16"), 1);

    private Browser browser;
    private RawApi api;
    /** The newest revision before the night. */
    private long evening;

    @BeforeAll
    void aNight() {
        cluster.up();
        api = new RawApi(cluster);
        Kubectl shop = Kubectl.inNewNamespace(cluster, "shop");
        shop.run("create", "deployment", "web", "--image=nginx:1.27", "--replicas=2");
        shop.run("rollout", "status", "deployment/web", "--timeout=90s");
        shop.run("create", "configmap", "settings", "--from-literal=color=green");
        shop.run("create", "configmap", "opening", "--from-literal=hours=monday 9\ntuesday 9\nsunday closed\n");
        shop.run("create", "configmap", "lost", "--from-literal=a=b");
        shop.run("label", "configmap", "lost", "season=winter");
        shop.run("create", "service", "clusterip", "till", "--tcp=80:80");
        evening = newest();
        shop.run(
                "patch",
                "configmap",
                "opening",
                "--as=dana",
                "--as-group=system:masters",
                "--type=merge",
                "-p",
                "{\"data\":{\"hours\":\"monday 9\\ntuesday 10\\nsunday closed\\n\"}}");
        shop.run("delete", "configmap", "lost", "--as=dana", "--as-group=system:masters");
        String address = shop.run("get", "service", "till", "-o", "jsonpath={.spec.clusterIP}");
        shop.run("delete", "service", "till");
        shop.run("create", "service", "clusterip", "squatter", "--tcp=80:80", "--clusterip=" + address);
        shop.run("patch", "configmap", "settings", "--type=merge", "-p", "{\"data\":{\"color\":\"red\"}}");
        shop.run("set", "image", "deployment/web", "nginx=nginx:no-such-tag");
        cluster.await(
                "a pod that cannot pull its image",
                SOON,
                () -> shop.run("get", "pods"),
                pods -> pods.contains("ImagePullBackOff") || pods.contains("ErrImagePull"));
        shop.run("create", "configmap", "forgotten");
        browser = new Browser();
    }

    @AfterAll
    void morning() {
        if (browser != null) {
            browser.close();
        }
        cluster.close();
    }

    private long newest() {
        JsonNode list = api.get("/apis/history.shiplog.io/v1/changes?order=newest&limit=1&fields=false")
                .json();
        return list.path("metadata").path("resourceVersion").asLong();
    }

    @Test
    @Order(1)
    void aTokenThatIsNoneIsRefusedWithAWord() {
        browser.open(cluster.server() + "/console");
        browser.click("#token");
        browser.screenshot("console-login");

        browser.type("#token", "nobody" + Browser.ENTER);

        browser.see(".login [role=alert]", text -> text.contains("The token is not valid"));
    }

    @Test
    @Order(1)
    void aClientCertificateNeedsNoToken() {
        try (Browser certified = Browser.with(
                cluster.home().resolve("pki/admin.crt"), cluster.home().resolve("pki/admin.key"))) {
            certified.open(cluster.server() + "/console");

            certified.see(".user", text -> text.contains("kubernetes-admin"));
            certified.see(".tree", text -> text.contains("forgotten"));
        }
    }

    @Test
    @Order(2)
    void theTreeTheTimelineAndTheHealthAreThere() {
        browser.click("#token");

        browser.type("#token", cluster.adminToken() + Browser.ENTER);

        browser.see(".user", text -> text.contains("kubernetes-admin"));
        browser.see(".tree", text -> text.contains("forgotten") && text.contains("web"));
        browser.see(".timeline .lanes", text -> text.contains("settings") && text.contains("Deployment"));
        browser.see(
                ".health",
                text -> text.matches("(?s).*Write p99\\s+[0-9.]+ m?s.*Heartbeat\\s+[0-9.]+ m?s ago.*Log end.*"));
        browser.screenshot("console-light");
    }

    @Test
    @Order(3)
    void whatHappensNowComesByItself() {
        cluster.kubectl("create", "configmap", "newcomer", "-n", "shop");

        browser.see(".tree", text -> text.contains("newcomer"));
        browser.see(".timeline .lanes", text -> text.contains("newcomer"));
        browser.see(".livebutton", text -> text.contains("Live"));
    }

    @Test
    @Order(4)
    void anObjectsEventShowsWhoAndWhatItChanged() {
        browser.script(
                "[...document.querySelectorAll('.tree [role=treeitem]')].find(l => l.innerText.includes('settings')).click()");

        browser.see(".inspector .events", text -> text.contains("modified"));
        browser.see(".detail .what", text -> text.contains("kubernetes-admin") && text.contains("patch"));
        browser.click("#tab-change");
        String diff = browser.see(".diff", text -> text.contains(".data.color"));
        assertTrue(diff.contains("green") && diff.contains("red"), diff);
        browser.click("#tab-record");
        browser.see(
                ".tabpanel", text -> text.contains("io.shiplog.core.configmap.modified.v1") && text.contains("chain"));
    }

    @Test
    @Order(5)
    void aPodsStartIsExplainedUpToTheUsersCommand() {
        browser.keys(Browser.ESCAPE + "/");
        browser.keys("web-");
        browser.see(
                ".tree",
                text -> text.lines().filter(line -> line.startsWith("web-")).count() >= 3);
        browser.script("""
                const pods = [...document.querySelectorAll('.tree [role=treeitem]')].filter(l => l.innerText.includes('Running'))
                pods[0].click()""");
        browser.see(".inspector .events", text -> text.contains("scheduled"));
        browser.script("[...document.querySelectorAll('.event')].find(e => e.innerText.includes('scheduled')).click()");
        browser.see(".detail h3", text -> text.contains("scheduled"));

        browser.click("#tab-why");

        String chain = browser.see(".chain", text -> text.contains("ReplicaSet"));
        assertTrue(chain.indexOf("Deployment") < chain.indexOf("ReplicaSet"), chain);
        assertTrue(chain.contains("kubernetes-admin"), chain);
        browser.keys("d");
        browser.screenshot("console-dark-why");
        browser.keys("d");
    }

    @Test
    @Order(6)
    void theScrubberGovernsTheTree() {
        browser.keys(Browser.ESCAPE);
        browser.script(
                "const f = document.querySelector('#filter'); f.value = ''; f.dispatchEvent(new Event('input', {bubbles: true}))");
        browser.keys(Browser.ESCAPE + "g");

        browser.keys(evening + Browser.ENTER);

        browser.see(".when", text -> text.contains("revision " + String.format(java.util.Locale.ROOT, "%,d", evening)));
        String tree = browser.see(".tree", text -> text.contains("settings") && !text.contains("forgotten"));
        assertFalse(tree.contains("BackOff"), tree);
        browser.screenshot("console-past");
        browser.keys("d");
        browser.screenshot("console-past-dark");
        browser.keys("d");
        browser.script("document.activeElement.blur()");
        browser.keys("l");
        browser.see(".tree", text -> text.contains("forgotten"));
    }

    @Test
    @Order(7)
    void aMomentThatHasNotComeIsRefusedWithAWord() {
        browser.keys("g");

        browser.keys("2999-01-01T00:00:00Z" + Browser.ENTER);

        browser.see(".scrubber [role=alert]", text -> text.contains("is in the future"));
        browser.keys(Browser.ESCAPE);
    }

    @Test
    @Order(8)
    void theTimelineIsWalkedByKeysAndAnUndoIsShownBeforeItIsDone() {
        browser.keys("t" + Browser.DOWN + Browser.DOWN);
        browser.see(".inspector .subject h2", text -> text.contains(":"));
        long before = newest();

        browser.click(".actions .primary");

        browser.see(
                "dialog .preview",
                text -> text.matches("(?s).*\\b(create|update|patch|delete|moved on|nothing to undo)\\b.*"));
        browser.screenshot("console-undo");
        browser.keys(Browser.ESCAPE);
        browser.await("the dialog is closed", () -> browser.text("dialog"), String::isEmpty);
        assertFalse(changedByHand(before), "a preview changes nothing");
    }

    /** Clicks the line of the tree that begins with a name. */
    private void choose(String name) {
        browser.await(
                "the line of " + name, () -> browser.script("""
                        const line = [...document.querySelectorAll('.tree [role=treeitem]')]
                            .find(l => l.innerText.trim().split('\\n')[0] === '%s')
                        line?.click()
                        return Boolean(line)""".formatted(name)).asBoolean(), found -> found);
    }

    private void clearSearch() {
        browser.script(
                "const f = document.querySelector('#filter'); f.value = ''; f.dispatchEvent(new Event('input', {bubbles: true}))");
    }

    private void press(String button) {
        browser.script("[...document.querySelectorAll('button')].find(b => b.textContent.startsWith('%s')).click()"
                .formatted(button));
    }

    @Test
    @Order(9)
    void aRolloutThatHangsReddensAllThatIsAboveIt() {
        browser.keys(Browser.ESCAPE);
        for (String name : List.of("shop", "Deployments", "web")) {
            browser.await(
                    name + " is red",
                    () -> browser.script("""
                            return [...document.querySelectorAll('.tree [role=treeitem]')]
                                .filter(l => l.innerText.trim().split('\\n')[0] === '%s')
                                .map(l => l.querySelector('.dot').className).join()""".formatted(name)).asText(),
                    tones -> tones.contains("bad"));
        }
    }

    @Test
    @Order(10)
    void undoOffersTheMomentBeforeAnEventAndTheWholeNamespace() {
        choose("settings");
        browser.see(".detail h3", text -> text.contains("modified"));

        press("Undo");

        browser.see("dialog fieldset", text -> text.contains("ConfigMap settings, back to before this event"));
        browser.see("dialog .preview", text -> text.contains("color") && text.contains("green"));
        browser.script("[...document.querySelectorAll('dialog input')].at(-1).click()");
        browser.see("dialog fieldset", text -> text.contains("The whole namespace shop"));
        browser.see("dialog .preview", text -> text.contains("settings") && text.contains("forgotten"));
        browser.screenshot("console-undo-namespace");
        browser.keys(Browser.ESCAPE);
        browser.await("the dialog is closed", () -> browser.text("dialog"), String::isEmpty);
    }

    @Test
    @Order(11)
    void blameComparisonAndBranchAreTabsAndADialog() {
        choose("settings");
        browser.click("#tab-blame");
        browser.see("table.blame", text -> text.contains("kubernetes-admin") && text.contains("red"));
        browser.click("#tab-compare");
        browser.see(".tabpanel .diff", text -> text.contains("green") && text.contains("red"));
        browser.click("#tab-change");

        press("Branch here");

        browser.see(
                "dialog",
                text -> text.contains("./shiplog branch what-if-")
                        && text.contains("--at")
                        && text.contains("kubectl --context console-what-if-"));
        browser.keys(Browser.ESCAPE);
        browser.await("the dialog is closed", () -> browser.text("dialog"), String::isEmpty);
    }

    @Test
    @Order(12)
    void aNamespaceIsChosenLikeAnObject() {
        choose("shop");

        browser.see(".inspector .subject h2", text -> text.equals("Namespace shop"));
        browser.see(".inspector .events", text -> text.contains("web-"));
        browser.click("#tab-compare");
        browser.script("const f = document.querySelector('.between input'); f.value = '" + evening
                + "'; f.dispatchEvent(new Event('input', {bubbles: true}))");
        press("Compare");
        browser.script("[...document.querySelectorAll('.between button')][0].click()");
        browser.see(".tabpanel", text -> text.contains("ConfigMap settings") && text.contains("nginx:no-such-tag"));
        browser.click("#tab-change");
    }

    @Test
    @Order(13)
    void theValuesOfASecretAreMaskedUntilAskedFor() {
        cluster.kubectl("create", "secret", "generic", "till", "-n", "shop", "--from-literal=code=1234");
        browser.keys(Browser.ESCAPE + "/till");
        choose("till");
        browser.click("#tab-object");
        browser.see(".tabpanel", text -> text.contains("code: ") && !text.contains("MTIzNA"));

        press("Show secret values");

        browser.see(".tabpanel", text -> text.contains("MTIzNA"));
        browser.click("#tab-change");
        clearSearch();
    }

    @Test
    @Order(14)
    void theListOfEventsTellsWhoAndWhichFieldAndFoldsWhatTheClusterDid() {
        browser.keys(Browser.ESCAPE + "v");
        browser.see(".log", text -> text.contains("kubernetes-admin"));

        browser.keys("p");

        browser.see(".log .folded", text -> text.matches("(?s).*[0-9,]+ events? of .*"));
        browser.keys("/settings kubernetes-admin");
        browser.see(".log", text -> text.contains(".data.color: green→red") && !text.contains("forgotten"));
        browser.screenshot("console-events");
        clearSearch();
        browser.keys(Browser.ESCAPE + "pv");
    }

    @Test
    @Order(15)
    void panesAreResizedByKeysAndRemembered() {
        int before = width();
        browser.script("document.querySelector('.splitter').focus()");

        browser.keys(Browser.RIGHT + Browser.RIGHT);

        browser.await("a wider pane", this::width, now -> now == before + 48);
        assertTrue(browser.script("return localStorage.getItem('shiplog-panes')")
                .asText()
                .contains(String.valueOf(before + 48).substring(0, 2)));
    }

    private int width() {
        return browser.script("return Number(document.querySelector('.splitter').getAttribute('aria-valuenow'))")
                .asInt();
    }

    @Test
    @Order(16)
    void aPageOf400PixelsShowsOnePaneAtATime() {
        browser.size(400, 800);
        try {
            press("Resources");
            browser.see(".tree", text -> text.contains("settings"));
            assertTrue(browser.script("return document.documentElement.scrollWidth")
                            .asInt()
                    <= 400);
            assertFalse(browser.script("return document.querySelector('.timeline').offsetParent !== null")
                    .asBoolean());

            choose("settings");

            browser.see(".inspector .subject h2", text -> text.contains("settings"));
            browser.screenshot("console-400");
        } finally {
            browser.size(1600, 1000);
            browser.keys(Browser.ESCAPE);
        }
    }

    @Test
    @Order(17)
    void aUserOfOneNamespaceIsAskedForIt() {
        cluster.kubectl("create", "serviceaccount", "viewer", "-n", "shop");
        cluster.kubectl(
                "create", "rolebinding", "viewer", "-n", "shop", "--clusterrole=view", "--serviceaccount=shop:viewer");
        String token =
                cluster.kubectl("create", "token", "viewer", "-n", "shop").strip();
        try (Browser viewer = new Browser()) {
            viewer.open(cluster.server() + "/console");
            viewer.click("#token");
            viewer.type("#token", token + Browser.ENTER);
            viewer.see(".login", text -> text.contains("cannot read all namespaces"));
            viewer.script(
                    "const f = document.querySelector('#scope'); f.value = 'kube-system'; f.dispatchEvent(new Event('input', {bubbles: true}))");
            viewer.click(".login .primary");
            viewer.see(".login [role=alert]", text -> text.contains("cannot read the log"));

            viewer.script(
                    "const f = document.querySelector('#scope'); f.value = 'shop'; f.dispatchEvent(new Event('input', {bubbles: true}))");
            viewer.click(".login .primary");

            viewer.see(".tree", text -> text.contains("settings"));
            viewer.see(".timeline .lanes", text -> text.contains("settings"));
            viewer.screenshot("console-one-namespace");

            viewer.keys(Browser.ESCAPE + "/ett");
            viewer.see("#found", text -> text.contains("settings") && !text.contains("kube-system"));
        }
    }

    /** Types a search, and waits for what the server found. */
    private String found(String text, java.util.function.Predicate<String> right) {
        browser.keys(Browser.ESCAPE);
        clearSearch();
        browser.keys(Browser.ESCAPE + "/" + text);
        return browser.see("#found", right);
    }

    /** Chooses the first of what was found that has a text. */
    private void chooseFound(String text) {
        browser.script(
                "[...document.querySelectorAll('.hit')].find(h => h.innerText.includes(arguments[0])).click()", text);
    }

    @Test
    @Order(18)
    void blameTellsWhoWroteEachLineOfAText() {
        clearSearch();
        choose("opening");
        browser.click("#tab-blame");

        String lines = browser.see("table.blame", text -> text.contains("tuesday 10"));

        String dana = browser.script("""
                        return [...document.querySelectorAll('.textline')].find(l => l.innerText.includes('tuesday')).innerText""").asText();
        assertTrue(dana.contains("dana (impersonated by kubernetes-admin)"), lines);
        String admin = browser.script("""
                        return [...document.querySelectorAll('.textline')].filter(l => !l.innerText.includes('tuesday')).map(l => l.innerText).join()""").asText();
        assertTrue(
                admin.contains("monday 9") && admin.contains("sunday closed") && admin.contains("kubernetes-admin"),
                admin);
        assertFalse(admin.contains("dana"), admin);
        browser.script("document.querySelector('.textline').scrollIntoView()");
        browser.screenshot("console-blame");
        browser.click("#tab-change");
    }

    @Test
    @Order(19)
    void aDeletedObjectIsFoundOnTheServerAndLookedAt() {
        String found = found("lost", text -> text.contains("DELETED OBJECTS") || text.contains("Deleted objects"));
        assertTrue(found.contains("dana"), found);
        browser.screenshot("console-search");

        chooseFound("by dana");

        browser.see(".inspector .subject h2", text -> text.equals("ConfigMap lost"));
        browser.see(".detail h3", text -> text.contains("deleted"));
        browser.see(".timeline .lanes", text -> text.contains("lost"));
    }

    @Test
    @Order(20)
    void objectsAreFoundByLabelAndEventsByPersonAndField() {
        cluster.kubectl("label", "configmap", "settings", "-n", "shop", "team=blue");
        found("team=blue", text -> text.contains("settings"));
        found("dana .data.hours", text -> text.contains("opening") && !text.contains("lost"));

        chooseFound("opening");

        browser.see(".detail h3", text -> text.contains("opening") && text.contains("modified"));
        browser.see(".diff", text -> text.contains("tuesday 10"));
    }

    @Test
    @Order(21)
    void theSearchReachesAllNamespacesWhicheverIsChosen() {
        browser.open(cluster.server() + "/console#ns=kube-system");
        browser.see(".tree", text -> !text.isEmpty() && !text.contains("settings"));

        found("settings", text -> text.contains("shop"));
        chooseFound("settings");

        browser.see(".inspector .subject h2", text -> text.equals("ConfigMap settings"));
        browser.see(".tree", text -> text.contains("shop"));
        clearSearch();
    }

    @Test
    @Order(22)
    void anUndoShowsWhatTheClusterWouldRefuseAndThenWhatItRefused() {
        found("till", text -> text.contains("by kubernetes-admin"));
        browser.script("""
                [...document.querySelectorAll('.hit')].find(h => /Service/.test(h.innerText) && /by kubernetes-admin/.test(h.innerText)).click()""");
        browser.see(".detail h3", text -> text.contains("deleted"));
        press("Undo");

        browser.see("dialog .preview", text -> text.contains("provided IP is already allocated"));
        assertTrue(browser.script("return document.querySelector('dialog .danger').disabled")
                .asBoolean());
        browser.script("[...document.querySelectorAll('dialog input')].at(-1).click()");
        String preview = browser.see("dialog .preview", text -> text.contains("Would be done"));
        assertTrue(preview.indexOf("provided IP is already allocated") < preview.indexOf("Would be done"), preview);
        browser.screenshot("console-undo-refused");
        browser.click("dialog .danger");

        String result = browser.see("dialog .preview", text -> text.contains("1 refused"));
        assertTrue(result.contains("provided IP is already allocated"), result);
        browser.screenshot("console-undo-done");
        browser.keys(Browser.ESCAPE);
        assertFalse(cluster.kubectl("get", "deployment", "web", "-n", "shop", "-o", "jsonpath={..image}")
                .contains("no-such-tag"));
    }

    private boolean changedByHand(long after) {
        return api.get("/apis/history.shiplog.io/v1/changes?fields=false&fieldSelector=actor=kubernetes-admin&from="
                        + after)
                .json()
                .path("items")
                .valueStream()
                .anyMatch(change -> change.path("metadata").path("name").asLong() > after);
    }

    @Test
    @Order(30)
    void aPodsLogIsFollowedAndSearched() {
        cluster.kubectl(
                "run",
                "talker",
                "-n",
                "shop",
                "--image=busybox:1.36",
                "--",
                "sh",
                "-c",
                "echo '<img src=x onerror=alert(1)>'; i=0; while true; do echo tick $i; i=$((i+1)); sleep 1; done");
        cluster.kubectl("wait", "pod/talker", "-n", "shop", "--for=condition=Ready", "--timeout=90s");
        found("talker", text -> text.contains("talker"));
        choose("talker");
        browser.see(".inspector .subject h2", text -> text.equals("Pod talker"));

        press("Logs");

        browser.see("dialog .logs", text -> text.contains("<img src=x onerror=alert(1)>") && text.contains("tick 3"));
        browser.script("const f = document.querySelector('.streambar input[type=search]'); f.value = 'TICK 2';"
                + "f.dispatchEvent(new Event('input', {bubbles: true}))");
        browser.see("dialog .logs", text -> text.contains("tick 2") && !text.contains("img"));
        browser.screenshot("console-logs");
        browser.script("document.querySelectorAll('.streambar input[type=checkbox]')[1].click()");
        browser.see("dialog [role=status]", text -> text.contains("previous terminated container"));
        browser.keys(Browser.ESCAPE);
        browser.await("the dialog is closed", () -> browser.text("dialog"), String::isEmpty);
    }

    @Test
    @Order(31)
    void aShellIsATerminalOfItsContainersAndIsRecorded() {
        long before = newest();

        press("Shell");

        browser.see("dialog .xterm-accessibility", text -> text.contains("#"));
        browser.keys("echo $((6*7)) $(hostname)" + Browser.ENTER);
        browser.see("dialog .xterm-accessibility", text -> text.contains("42 talker"));
        browser.keys("stty size" + Browser.ENTER);
        browser.see(
                "dialog .xterm-accessibility",
                text -> text.lines().anyMatch(line -> line.matches("[1-9][0-9]+ 1?[0-9]{2}\\s*")));
        browser.screenshot("console-shell");
        browser.keys("exit 3" + Browser.ENTER);
        browser.see("dialog [role=status]", text -> text.contains("exit status 3"));
        assertTrue(
                api.get("/apis/history.shiplog.io/v1/changes?fields=false&fieldSelector=actor=kubernetes-admin&from="
                                + before)
                        .json()
                        .toString()
                        .contains("stream-opened"),
                "who opened a shell is in the log");
        // Escape is the shell's own.
        browser.click("dialog [aria-label=Close]");
        browser.await("the dialog is closed", () -> browser.text("dialog"), String::isEmpty);
    }
}
