package io.shiplog.docker.launch.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.docker.launch.assembly.Shards;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;

class EventOptionsTest {
    @Command(name = "any")
    static final class Any {
        @Mixin
        private EventOptions events = new EventOptions();
    }

    private static EventOptions parsed(String arguments) {
        Any any = new Any();
        new CommandLine(any).parseArgs(arguments.isEmpty() ? new String[0] : arguments.split(" ", -1));
        return any.events;
    }

    private static String words(Optional<Duration> time) {
        return time.map(Duration::toString).orElse("for ever");
    }

    @ParameterizedTest
    @CsvSource({
        "'', PT1H, PT168H",
        "--event-ttl 1h0m0s, PT1H, PT168H",
        "--event-ttl 20s, PT20S, PT168H",
        "--event-ttl 720h, PT720H, PT720H",
        "--event-ttl 0, for ever, for ever",
        "--event-ttl 0s, for ever, for ever",
        "--event-history 0, PT1H, for ever",
        "--event-history 24h, PT1H, PT24H",
        "--event-ttl 48h --event-history 48h, PT48H, PT48H",
        "--event-ttl 0 --event-history 0, for ever, for ever",
    })
    void theLogHoldsEventsAtLeastAsLongAsTheyLive(String arguments, String ttl, String history) {
        EventOptions events = parsed(arguments);

        assertEquals(ttl, words(events.ttl()));
        assertEquals(history, words(events.shards().getLast().retention()));
        assertEquals(Shards.ALL.subList(0, 2), events.shards().subList(0, 2), "no other shard is touched");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--event-ttl 2h --event-history 1h", "--event-ttl 0 --event-history 168h"})
    void aLogThatForgetsWhatIsStillThereIsRefused(String arguments) {
        EventOptions events = parsed(arguments);

        ParameterException refused = assertThrows(ParameterException.class, events::shards);

        assertTrue(String.valueOf(refused.getMessage()).contains("--event-history"), refused.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"never", "1d", "-1h", "h", "1h ", "1.5h", "s5", "60"})
    void whatIsNoDurationIsRefused(String text) {
        ParameterException refused =
                assertThrows(ParameterException.class, () -> new CommandLine(new Any()).parseArgs("--event-ttl", text));

        assertTrue(String.valueOf(refused.getMessage()).contains("is not a duration such as"), refused.getMessage());
    }

    @Test
    void aNodesSilenceIsMeasuredInTheSameWords() {
        assertEquals(Duration.ofSeconds(90), new MonitorOption.Period().convert("1m30s"));
        assertThrows(CommandLine.TypeConversionException.class, () -> new MonitorOption.Period().convert("0"));
    }
}
