package io.shiplog.events.command.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.shiplog.events.command.Command;
import io.shiplog.events.command.Command.ApplyObject;
import io.shiplog.events.command.Command.BindPod;
import io.shiplog.events.command.Command.CreateObject;
import io.shiplog.events.command.Command.DeleteObject;
import io.shiplog.events.command.Command.EvictPod;
import io.shiplog.events.command.Command.OpenStream;
import io.shiplog.events.command.Command.PatchObject;
import io.shiplog.events.command.Command.ReplaceObject;
import io.shiplog.events.command.Command.RequestToken;
import io.shiplog.events.command.CommandRequest;
import io.shiplog.events.command.CommandResult;
import io.shiplog.events.command.CommandResult.Accepted;
import io.shiplog.events.command.CommandResult.Outcome;
import io.shiplog.events.command.CommandResult.Refused;
import io.shiplog.events.command.Disruption;
import io.shiplog.events.command.FieldValidation;
import io.shiplog.events.command.PatchType;
import io.shiplog.events.command.Preconditions;
import io.shiplog.events.command.Propagation;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes in comes out, for messages made at random. */
class CommandCodecTest {
    private static final int MESSAGES = 500;

    @RepeatedTest(3)
    void everyCommandAndEveryAnswerSurvivesTheTrip(RepetitionInfo repetition) {
        long seed = 1009L * repetition.getCurrentRepetition();
        System.out.println("seed " + seed);
        Sample sample = new Sample(new SplittableRandom(seed));
        for (int i = 0; i < MESSAGES; i++) {
            CommandRequest request = sample.request();
            assertEquals(request, CommandCodec.readRequest(CommandCodec.write(request)));
            CommandResult result = sample.result();
            assertEquals(result, CommandCodec.readResult(CommandCodec.write(result)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "{}\n", "\n", "{\"is\":\"spin\"}\n", "[1\n"})
    void whatIsNoMessageIsRefused(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);

        assertThrows(IllegalArgumentException.class, () -> CommandCodec.readRequest(bytes));
        assertThrows(IllegalArgumentException.class, () -> CommandCodec.readResult(bytes));
    }

    /** Messages with texts that try a codec: quotes, line feeds, characters beyond the BMP, nothing at all. */
    private record Sample(SplittableRandom random) {
        private static final List<String> TEXTS =
                List.of("", "web-1", "a\nb", "\"quoted\"", "ü\u0000\u2028", "\uD83D\uDEA2", "{\"is\":\"x\"}\n");

        String text() {
            return TEXTS.get(random.nextInt(TEXTS.size()));
        }

        @Nullable String maybe() {
            return random.nextBoolean() ? text() : null;
        }

        List<String> texts() {
            List<String> texts = new ArrayList<>();
            for (int i = random.nextInt(3); i > 0; i--) {
                texts.add(text());
            }
            return texts;
        }

        Json json() {
            byte[] bytes = new byte[random.nextInt(20)];
            random.nextBytes(bytes);
            return Json.ofUtf8(bytes);
        }

        <E> E any(E[] values) {
            return values[random.nextInt(values.length)];
        }

        ResourceType type() {
            return new ResourceType(text(), text());
        }

        ObjectKey key() {
            return ObjectKey.of(type(), text(), text());
        }

        FieldValidation validation() {
            return any(FieldValidation.values());
        }

        CommandRequest request() {
            return new CommandRequest(
                    text(),
                    new Actor(text(), texts(), maybe()),
                    maybe(),
                    text(),
                    random.nextBoolean(),
                    text(),
                    maybe(),
                    command());
        }

        Command command() {
            return switch (random.nextInt(9)) {
                case 0 -> new CreateObject(type(), text(), json(), validation());
                case 1 -> new ReplaceObject(key(), text(), json(), validation(), random.nextBoolean());
                case 2 -> new PatchObject(key(), text(), any(PatchType.values()), json(), validation());
                case 3 -> deletion();
                case 4 -> new EvictPod(deletion(), any(Disruption.values()));
                case 5 -> new BindPod(key(), maybe(), text());
                case 6 ->
                    new ApplyObject(key(), text(), json(), validation(), random.nextBoolean(), random.nextBoolean());
                case 7 -> new OpenStream(key(), text(), text(), texts());
                default -> new RequestToken(key(), json());
            };
        }

        private DeleteObject deletion() {
            return new DeleteObject(
                    key(),
                    new Preconditions(maybe(), maybe()),
                    random.nextBoolean() ? (Long) random.nextLong() : null,
                    random.nextBoolean() ? any(Propagation.values()) : null);
        }

        CommandResult result() {
            return random.nextBoolean()
                    ? new Accepted(key(), random.nextLong(), json(), any(Outcome.values()), texts())
                    : new Refused(
                            new Refusal(
                                    any(Refusal.Reason.values()),
                                    text(),
                                    random.nextBoolean() ? key() : null,
                                    maybe(),
                                    List.of(new Refusal.Cause(text(), text(), text())),
                                    random.nextInt(100)),
                            texts());
        }
    }
}
