package io.shiplog.docker.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.docker.home.ClusterSettings;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** docs/history.md, as a newcomer walks through it, and the same story on the console. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class HistoryIT {
    private final ClusterUnderTest cluster =
            new ClusterUnderTest(new ClusterSettings("story", 18743, "10.235.0.0/16", "10.144.0.0/16"), 2);

    @BeforeAll
    void up() {
        cluster.up();
    }

    @AfterAll
    void down() {
        cluster.close();
    }

    @Test
    @Order(1)
    void theStoryIsTrue() throws Exception {
        Path root = Path.of("..").toAbsolutePath().normalize();
        ProcessBuilder shell = cluster.shell().prepared().directory(root.toFile());
        shell.environment()
                .compute("PATH", (name, path) -> path + ":" + cluster.home().resolve("bin"));

        Walkthrough.of(root.resolve("docs/history.md"))
                .walk(
                        shell,
                        Map.of("https://127.0.0.1:6443", cluster.server(), "--context shiplog-", "--context story-"));
    }

    @Test
    @Order(2)
    void theConsoleShowsTheSameStory() {
        try (Browser browser = new Browser()) {
            browser.open(cluster.server() + "/console");
            browser.click("#token");
            browser.type("#token", cluster.adminToken() + Browser.ENTER);
            browser.see(".timeline .lanes", text -> text.contains("shop") && text.contains("dana"));
            browser.screenshot("console-history");

            browser.keys(Browser.ESCAPE + "/");
            browser.keys("banner");
            browser.see(".tree", text -> text.contains("banner"));
            browser.script("""
                    const items = [...document.querySelectorAll('.tree [role=treeitem]')]
                    items.find(item => item.innerText.includes('banner')).click()""");
            String events = browser.see(".inspector .events", text -> text.contains("deleted"));
            assertTrue(events.contains("created"), events);
            browser.script(
                    "[...document.querySelectorAll('.event')].find(e => e.innerText.includes('deleted')).click()");
            browser.click("#tab-why");
            String chain = browser.see(".chain", text -> text.contains("dana"));
            assertTrue(chain.contains("Namespace"), chain);
            browser.click("#tab-record");
            browser.see(".tabpanel", text -> text.contains("story.events") && text.contains("offset"));
            browser.screenshot("console-history-record");
        }
    }
}
