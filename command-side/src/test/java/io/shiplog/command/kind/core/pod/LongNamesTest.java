package io.shiplog.command.kind.core.pod;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.check.Names;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Names as long as a body: a regular expression with a group for each part would overflow the stack. */
class LongNamesTest {
    private static final int PARTS = 500_000;

    @Test
    void a_wildcard_of_many_labels_is_too_long() {
        assertEquals(List.of(), Names.wildcard("*.example.com"));
        assertFalse(Names.wildcard("*.").isEmpty());
        assertFalse(Names.wildcard("example.com").isEmpty());
        assertEquals(List.of("must be no more than 253 characters"), Names.wildcard("*" + ".a".repeat(PARTS)));
    }

    @Test
    void an_algorithm_of_many_parts_is_no_reference() {
        assertEquals("latest", ImageName.tag("a"));
        assertEquals("", ImageName.tag("a@sha256" + "+a".repeat(PARTS)));
        assertEquals("1", ImageName.tag("a:1@sha+b256:" + "0".repeat(32)));
    }

    @Test
    void a_message_is_cut_but_not_inside_a_character() {
        FieldErrors errors = new FieldErrors();

        errors.invalid("a", "\uD83D\uDE00".repeat(PARTS));

        String message = errors.causes().getFirst().message();
        assertTrue(message.endsWith("\uD83D\uDE00..."), () -> message.substring(message.length() - 10));
        assertTrue(message.length() <= FieldErrors.MAX_CHARACTERS + 3, () -> message.length() + " characters");
    }
}
