package io.shiplog.docker.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.command.kind.builtin.BuiltInKinds;
import io.shiplog.docker.pki.ClusterPki;
import io.shiplog.docker.pki.Identity;
import io.shiplog.events.command.CommandResult.Refused;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.KindCatalogue;
import io.shiplog.events.log.EventDraft;
import io.shiplog.events.log.EventHead;
import io.shiplog.events.log.EventLog;
import io.shiplog.events.log.EventType;
import io.shiplog.events.log.LogWriter;
import io.shiplog.events.log.Origin;
import io.shiplog.events.log.memory.InMemoryEventLog;
import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.gateway.Gateway;
import io.shiplog.gateway.GatewayConfig;
import io.shiplog.gateway.GatewayLimits;
import io.shiplog.gateway.PemFiles;
import io.shiplog.gateway.identity.ServiceAccountTrust;
import io.shiplog.projections.access.RbacAuthorizer;
import io.shiplog.projections.history.ScannedHistory;
import io.shiplog.projections.keyframe.KeyframeStore;
import io.shiplog.projections.live.LiveImage;
import io.shiplog.projections.live.Progress;
import io.shiplog.projections.snapshot.SnapshotStore;
import io.shiplog.projections.travel.ObjectTravel;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The console before a cluster of 10,000 pods and 100,000 events, in memory: whatever one does, it stays quick. */
class ConsoleAtSizeIT {
    private static final int PODS = 10_000;
    private static final List<String> WORDS = List.of(
            "created",
            "scheduled",
            "status-changed",
            "started",
            "ready",
            "annotated",
            "status-changed",
            "labeled",
            "unready",
            "ready");
    private static final Duration AGE = Duration.ofMinutes(50);
    /** No block of the page's only thread may last longer; a person would call it hanging. Ten times what is usual. */
    private static final int HANGING_MILLIS = 3_000;
    /** Rows drawn of each list, however long it is. */
    private static final int DRAWN_ROWS = 120;

    private final KindCatalogue kinds = BuiltInKinds.catalogue();
    private LiveImage images;
    private ScannedHistory history;
    private Gateway gateway;
    private ClusterPki pki;
    private Browser browser;

    @BeforeEach
    void aBigCluster(@TempDir Path folder) {
        Clock clock = Clock.systemUTC();
        Map<String, EventLog> logs = new LinkedHashMap<>();
        for (String shard : List.of("events", "leases", "happenings")) {
            logs.put(shard, new InMemoryEventLog(shard, clock));
        }
        fill(
                Objects.requireNonNull(logs.get("events")).claim("", Duration.ofSeconds(1)),
                clock.instant().minus(AGE));
        images = LiveImage.start(logs, kinds, SnapshotStore.NONE, KeyframeStore.NONE, Progress.NONE, clock);
        history = new ScannedHistory(logs);
        pki = ClusterPki.open(folder, "big");
        Identity server = Identity.gateway(List.of("127.0.0.1"));
        pki.identify(server);
        pki.identify(Identity.gatewayClient());
        gateway = Gateway.start(
                new GatewayConfig(
                        List.of("127.0.0.1"),
                        0,
                        pem(server),
                        pem(Identity.gatewayClient()),
                        Map.of(pki.adminToken(), new Actor("kubernetes-admin", List.of("system:masters"))),
                        new ServiceAccountTrust("issuer", Set.of("issuer"), List.of(pki.signingPublicKey())),
                        GatewayLimits.DEFAULT,
                        0,
                        clock),
                images,
                images,
                new ObjectTravel(images, history, images, clock),
                history,
                request -> CompletableFuture.completedFuture(
                        new Refused(Refusal.of(Refusal.Reason.SERVICE_UNAVAILABLE, "nobody decides here"))),
                new RbacAuthorizer(),
                (image, pod) -> Optional.empty(),
                image -> Map.of(),
                io.shiplog.projections.usage.UsageSource.NONE,
                text -> {});
        browser = new Browser();
    }

    private PemFiles pem(Identity identity) {
        return new PemFiles(pki.authority(), pki.certificate(identity), pki.key(identity));
    }

    /** Ten events of each pod, the pods one after the other. */
    private static void fill(LogWriter writer, Instant start) {
        long revision = 0;
        long stepMillis = AGE.toMillis() / PODS;
        for (int pod = 0; pod < PODS; pod++) {
            ObjectKey key = ObjectKey.of(ResourceType.core("pods"), "load-" + pod % 20, "pod-%05d".formatted(pod));
            String root = UUID.randomUUID().toString();
            long previous = 0;
            for (int i = 0; i < WORDS.size(); i++) {
                revision++;
                writer.append(new EventDraft(
                        new EventHead(
                                revision,
                                previous,
                                key,
                                EventType.of("", "pod", WORDS.get(i)),
                                "/api/v1/namespaces/%s/pods/%s".formatted(key.namespace(), key.name()),
                                i == 0 ? null : "node-1",
                                start.plusMillis(pod * stepMillis + i * 300L),
                                new Origin(
                                        i == 0 ? "load" : "system:node:node-1",
                                        null,
                                        i == 0 ? "create" : "patch",
                                        UUID.randomUUID().toString(),
                                        null,
                                        i < 2 ? root : UUID.randomUUID().toString())),
                        pod(key, revision, i)));
                previous = revision;
            }
        }
    }

    private static Json pod(ObjectKey key, long revision, int event) {
        return Json.of("""
                {"apiVersion":"v1","kind":"Pod","metadata":{"name":"%s","namespace":"%s","uid":"uid-%s","resourceVersion":"%d"},\
                "spec":{"nodeName":"%s","containers":[{"name":"c","image":"nginx"}]},"status":{"phase":"%s"}}""".formatted(
                        key.name(),
                        key.namespace(),
                        key.name(),
                        revision,
                        event == 0 ? "" : "node-1",
                        event < 3 ? "Pending" : "Running"));
    }

    @AfterEach
    void close() {
        browser.close();
        gateway.close();
        history.close();
        images.close();
    }

    @Test
    void staysQuickWithTenThousandPodsAndAHundredThousandEvents() {
        browser.open("https://127.0.0.1:" + gateway.port() + "/console");
        browser.click("#token");
        browser.type("#token", pki.adminToken() + Browser.ENTER);
        browser.see(".tree header", text -> text.contains("10,000"));
        browser.script("""
                window.blocks = [0]
                new PerformanceObserver(list => list.getEntries().forEach(entry => blocks.push(entry.duration)))
                  .observe({entryTypes: ['longtask']})""");

        browser.script("[...document.querySelectorAll('.segments button')].find(b => b.textContent === '1h').click()");
        browser.await(
                "all events",
                () -> {
                    browser.script("document.querySelector('.notice .link')?.click()");
                    return browser.text(".timeline header");
                },
                text -> text.contains("100,000 events"));
        browser.screenshot("console-100000-events");
        everyFrame("document.querySelector('.lanes').scrollTop = 4000 * n");
        everyFrame("document.querySelector(`[aria-label='Zoom ${n % 2 ? 'in' : 'out'}']`).click()");
        browser.keys("/load-7");
        browser.see(".tree", text -> text.contains("load-7") && !text.contains("load-8"));
        everyFrame("document.querySelector('.tree .scroll').scrollTop = 3000 * n");
        browser.screenshot("console-10000-pods");

        int rows = browser.script("return document.querySelectorAll('.line, .lane').length")
                .asInt();
        assertTrue(rows < 2 * DRAWN_ROWS, rows + " rows drawn");
        double longest = browser.script("return Math.max(...blocks)").asDouble();
        assertTrue(longest < HANGING_MILLIS, "the page hung for " + longest + " ms");
    }

    /** Does something in each of sixty frames, and waits for the last. */
    private void everyFrame(String action) {
        browser.script("""
                window.frames60 = 0
                const step = () => { const n = ++window.frames60; %s; if (n < 60) requestAnimationFrame(step) }
                requestAnimationFrame(step)""".formatted(action));
        browser.await(
                "sixty frames", () -> browser.script("return window.frames60").asInt(), n -> n == 60);
    }
}
