package io.shiplog.command.control.job;

import static io.shiplog.command.control.view.Types.CRON_JOBS;
import static io.shiplog.command.control.view.Types.JOBS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.control.FakeCluster;
import io.shiplog.command.control.loop.ControllerLoop;
import io.shiplog.events.command.Command.CreateObject;
import io.shiplog.events.command.Propagation;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.object.ObjectKey;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The clock of the cluster begins at 2026-11-22T12:00:00Z. */
class CronJobControllerTest {
    private static final ObjectKey CRON = ObjectKey.of(CRON_JOBS, "shop", "tick");

    private final FakeCluster cluster = new FakeCluster();
    private final ControllerLoop loop = cluster.run(new CronJobController());
    private final long start = cluster.now().getEpochSecond() / 60;

    private void given(String schedule, String more) {
        cluster.given(CRON_JOBS, """
                {"apiVersion":"batch/v1","kind":"CronJob","metadata":{"name":"tick","namespace":"shop"},
                "spec":{"schedule":"%s",%s"successfulJobsHistoryLimit":3,"failedJobsHistoryLimit":1,
                "jobTemplate":{"metadata":{"labels":{"app":"tick"},"annotations":{"a":"b"}},
                "spec":{"completions":1,"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"i"}]}}}}}}""".formatted(schedule, more));
        cluster.settle();
    }

    private void pass(int minutes) {
        cluster.pass(Duration.ofMinutes(minutes));
    }

    private List<String> jobs() {
        return cluster.trees(JOBS).stream()
                .map(job -> job.at("/metadata/name").asText())
                .toList();
    }

    private String job(int minute) {
        return "tick-" + (start + minute);
    }

    private JsonNode status() {
        return Objects.requireNonNull(cluster.tree(CRON)).path("status");
    }

    private void ends(String job, String condition) {
        ObjectNode tree = Objects.requireNonNull(cluster.tree(ObjectKey.of(JOBS, "shop", job)));
        String completion = condition.equals("Complete") ? ",\"completionTime\":\"" + cluster.now() + "\"" : "";
        cluster.change(ObjectKey.of(JOBS, "shop", tree.at("/metadata/name").asText()), "status", """
                {"status":{"startTime":"%1$s","conditions":[{"type":"%2$s","status":"True","lastTransitionTime":"%1$s"}]%3$s}}""".formatted(
                        cluster.now(), condition, completion));
        cluster.settle();
    }

    @Test
    void aJobAtEachTimeNamedAfterIt() {
        given("*/5 * * * *", "");
        assertEquals(List.of(), jobs());
        pass(4);
        assertEquals(List.of(), jobs());
        pass(1);
        assertEquals(List.of(job(5)), jobs());
        ObjectNode made = cluster.trees(JOBS).getFirst();
        assertEquals(
                "2026-11-22T12:05:00Z",
                made.at("/metadata/annotations")
                        .path("batch.kubernetes.io/cronjob-scheduled-timestamp")
                        .asText());
        assertEquals("b", made.at("/metadata/annotations/a").asText());
        assertEquals("tick", made.at("/metadata/labels/app").asText());
        assertEquals("CronJob", made.at("/metadata/ownerReferences/0/kind").asText());
        assertEquals("2026-11-22T12:05:00Z", status().path("lastScheduleTime").asText());
        assertEquals(job(5), status().at("/active/0/name").asText());
        assertEquals(List.of("Created job " + job(5)), cluster.eventMessages("SuccessfulCreate"));
        ends(job(5), "Complete");
        assertTrue(status().path("active").isMissingNode());
        assertEquals("2026-11-22T12:05:00Z", status().path("lastSuccessfulTime").asText());
        assertEquals(
                List.of("Saw completed job: " + job(5) + ", condition: Complete"),
                cluster.eventMessages("SawCompletedJob"));
        pass(10);
        assertEquals(List.of(job(5), job(10), job(15)), jobs());
        assertEquals(2, status().path("active").size());
    }

    @Test
    void aTimeOfAnotherZone() {
        given("30 22 * * *", "\"timeZone\":\"Asia/Kolkata\",");
        pass(5 * 60);
        assertEquals(List.of(job(300)), jobs());
        assertEquals(
                "2026-11-22T22:30:00+05:30",
                cluster.trees(JOBS)
                        .getFirst()
                        .at("/metadata/annotations")
                        .path("batch.kubernetes.io/cronjob-scheduled-timestamp")
                        .asText());
    }

    @Test
    void aSuspendedOneMakesNone() {
        given("* * * * *", "\"suspend\":true,");
        pass(10);
        assertEquals(List.of(), jobs());
        cluster.change(CRON, "", "{\"spec\":{\"suspend\":false}}");
        cluster.settle();
        assertEquals(List.of(job(10)), jobs());
    }

    @Test
    void forbidWaitsForTheJobBefore() {
        given("* * * * *", "\"concurrencyPolicy\":\"Forbid\",");
        pass(3);
        assertEquals(List.of(job(1)), jobs());
        assertFalse(cluster.eventMessages("JobAlreadyActive").isEmpty());
        ends(job(1), "Complete");
        assertEquals(List.of(job(1), job(3)), jobs());
    }

    @Test
    void replaceDeletesTheJobBefore() {
        given("* * * * *", "\"concurrencyPolicy\":\"Replace\",");
        pass(3);
        assertEquals(List.of(job(3)), jobs());
        assertEquals(1, status().path("active").size());
        assertEquals(
                List.of("Deleted job " + job(1), "Deleted job " + job(2)),
                cluster.eventMessages("SuccessfulDelete").stream().sorted().toList());
    }

    @Test
    void aMissedTimeIsMadeUpForUntilItsDeadline() {
        given("0 * * * *", "\"startingDeadlineSeconds\":600,");
        loop.stop();
        pass(65);
        loop.restart();
        cluster.settle();
        assertEquals(List.of(job(60)), jobs());
        loop.stop();
        pass(75);
        loop.restart();
        cluster.settle();
        assertEquals(List.of(job(60)), jobs());
    }

    @Test
    void ofManyMissedTimesTheNewestIsMadeUpFor() {
        given("* * * * *", "");
        loop.stop();
        pass(500);
        loop.restart();
        cluster.settle();
        assertEquals(List.of(job(500)), jobs());
        assertEquals(1, cluster.eventMessages("TooManyMissedTimes").size());
    }

    @Test
    void finishedJobsBeyondTheLimitsAreDeleted() {
        given("* * * * *", "");
        for (int minute = 1; minute <= 6; minute++) {
            pass(1);
            ends(job(minute), minute % 3 == 0 ? "Failed" : "Complete");
        }
        assertEquals(List.of(job(2), job(4), job(5), job(6)), jobs());
    }

    @Test
    void aJobThatWentMissingIsNoLongerActive() {
        given("*/5 * * * *", "");
        pass(5);
        cluster.delete(ObjectKey.of(JOBS, "shop", job(5)), Propagation.BACKGROUND);
        cluster.settle();
        assertTrue(status().path("active").isMissingNode());
        assertEquals(List.of("Active job went missing: " + job(5)), cluster.eventMessages("MissingJob"));
        assertEquals(List.of(), jobs());
    }

    @Test
    void noTimeGetsTwoJobsWhateverFails() {
        given("* * * * *", "");
        int[] count = {0};
        cluster.refuse(request -> !(request.command() instanceof CreateObject) && count[0]++ % 3 != 0
                ? Refusal.of(Refusal.Reason.SERVICE_UNAVAILABLE, "the log cannot be written")
                : null);
        for (int minute = 0; minute < 20; minute++) {
            pass(1);
            loop.restart();
        }
        cluster.refuse(request -> null);
        pass(2);
        long created = cluster.sent().stream()
                .filter(sent -> sent.command() instanceof CreateObject create
                        && create.type().equals(JOBS))
                .map(sent -> ((CreateObject) sent.command())
                        .body()
                        .tree()
                        .at("/metadata/name")
                        .asText())
                .distinct()
                .count();
        assertEquals(created, jobs().size());
        assertEquals(22, jobs().size());
    }

    @Test
    void aRefusedJobIsReported() {
        given("*/5 * * * *", "");
        cluster.refuse(request -> request.command() instanceof CreateObject create
                        && create.type().equals(JOBS)
                ? Refusal.of(Refusal.Reason.FORBIDDEN, "no quota")
                : null);
        pass(5);
        assertEquals(List.of("Error creating job: no quota"), cluster.eventMessages("FailedCreate"));
        cluster.refuse(request -> null);
        pass(2);
        assertEquals(List.of(job(5)), jobs());
    }

    @Test
    void betweenTimesNothingIsSent() {
        given("0 0 1 1 *", "");
        int sent = cluster.sent().size();
        loop.restart();
        pass(24 * 60);
        assertEquals(sent, cluster.sent().size());
    }
}
