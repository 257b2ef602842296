package io.shiplog.command.decide;

import static io.shiplog.command.decide.Scenario.given;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.TestKinds;
import io.shiplog.command.decide.slice.AccessEvent;
import io.shiplog.command.decide.slice.OpenStreamSlice;
import io.shiplog.command.decide.write.Decision;
import io.shiplog.events.command.Command.OpenStream;
import io.shiplog.events.command.CommandResult.Outcome;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.events.log.EventVerb;
import io.shiplog.events.object.ObjectKey;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A stream into a pod is an event of the pod. */
class StreamsTest {
    private static final ObjectKey POD = ObjectKey.of(TestKinds.PODS, "shop", "web-1");
    private static final String RUNNING =
            "{'kind':'Pod','apiVersion':'v1','metadata':{'name':'web-1','namespace':'shop','uid':'u-3','annotations':{'a':'b'%s}},'spec':{'nodeName':'n1'},'status':{'phase':'Running'}}";

    private static OpenStream exec(String... command) {
        return new OpenStream(POD, "exec", "app", List.of(command));
    }

    private static String opened(ObjectNode pod) {
        return pod.path("metadata")
                .path("annotations")
                .path(OpenStreamSlice.ANNOTATION)
                .asText();
    }

    @Test
    void whatIsOpenedIsInTheEventAndNothingElseChanges() {
        Decision.Changed changed =
                given(RUNNING.formatted("")).when(exec("sh", "-c", "ls")).happens("stream-opened", Outcome.CHANGED);

        assertEquals(EventVerb.EXEC, changed.verb());
        assertEquals("n1", changed.node());
        assertEquals(
                "{\"time\":\"2026-11-22T10:00:00Z\",\"stream\":\"exec\",\"container\":\"app\",\"command\":[\"sh\",\"-c\",\"ls\"]}",
                opened(changed.object()));
        assertEquals(
                List.of("kind", "apiVersion", "metadata"),
                changed.object()
                        .propertyStream()
                        .map(java.util.Map.Entry::getKey)
                        .toList());
        assertTrue(changed.type().isAccess());
    }

    /** Given a pod of 500 KB / when a stream is opened / then the event has none of it. */
    @Test
    void theEventIsSmallHoweverLargeThePod() {
        String large = RUNNING.formatted(",'note':'" + "x".repeat(500_000) + "'");

        ObjectNode value = given(large).when(exec("sh")).changes("stream-opened");

        assertTrue(value.toString().length() < 512, value::toString);
    }

    @Test
    void theSameOnceMoreIsAnEventToo() {
        String before = ",'%s':'{}'".formatted(OpenStreamSlice.ANNOTATION);
        given(RUNNING.formatted(before))
                .when(new OpenStream(POD, "portforward", "", List.of()))
                .happens("stream-opened", Outcome.CHANGED);
    }

    @Test
    void aStreamThatDoesNotExistIsNotFound() {
        given(RUNNING.formatted(""))
                .when(new OpenStream(POD, "delete", "app", List.of()))
                .refused(Reason.NOT_FOUND, "the server could not find the requested resource");
    }

    @Test
    void aLongCommandIsCut() {
        String text = opened(given(RUNNING.formatted(""))
                .when(exec("sh", "-c", "x".repeat(5_000), "later"))
                .changes("stream-opened"));

        assertTrue(text.length() < AccessEvent.MAX_WORDS_BYTES + 200, text);
        assertTrue(text.contains("x…") && !text.contains("later"), text);
    }

    @Test
    void aCutLeavesNoHalfCharacter() {
        String text = opened(given(RUNNING.formatted(""))
                .when(exec("sh", "\uD83D\uDE00".repeat(AccessEvent.MAX_WORDS_BYTES), "later"))
                .changes("stream-opened"));
        String odd = opened(given(RUNNING.formatted(""))
                .when(exec("sh1", "\uD83D\uDE00".repeat(AccessEvent.MAX_WORDS_BYTES), "later"))
                .changes("stream-opened"));

        assertTrue(text.contains("\uD83D\uDE00…"), text);
        assertTrue(odd.contains("\uD83D\uDE00…"), odd);
    }

    /** Given characters of several bytes, some that JSON escapes, and many empty words / when opened / then the bytes are bounded. */
    @ParameterizedTest
    @ValueSource(strings = {"x", "é", "€", "\uD83D\uDE00", "\"", "\\", "\n", "\u001b", "\uD83D", ""})
    void theBytesOfACommandAreBounded(String part) {
        for (String[] command : List.of(
                new String[] {"sh", part.repeat(5_000)},
                java.util.stream.Stream.generate(() -> part).limit(5_000).toArray(String[]::new))) {
            String text =
                    opened(given(RUNNING.formatted("")).when(exec(command)).changes("stream-opened"));

            int bytes = text.getBytes(StandardCharsets.UTF_8).length;
            assertTrue(bytes < AccessEvent.MAX_WORDS_BYTES + 200, bytes + " bytes");
        }
    }

    @Test
    void aPodThatIsNotThereHasNoStreams() {
        given().when(exec("sh")).refused(Reason.NOT_FOUND, "pods \"web-1\" not found");
    }
}
