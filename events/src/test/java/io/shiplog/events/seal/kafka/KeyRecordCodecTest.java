package io.shiplog.events.seal.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.shiplog.events.seal.KeyRecord;
import io.shiplog.events.seal.Shredding;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Records of keys must stay readable forever: these texts are never changed, only added to. */
class KeyRecordCodecTest {
    private final KeyRecordCodec codec = new KeyRecordCodec("shiplog.keys");

    private static String text(ProducerRecord<byte[], byte[]> record) {
        return new String(record.key(), UTF_8)
                + " "
                + (record.value() == null ? "null" : new String(record.value(), UTF_8));
    }

    @Test
    void records_are_written_as_they_always_were() {
        assertEquals("in-force {\"with\":\"f1\"}", text(codec.encode(new KeyRecord.InForce("f1"))));
        assertEquals(
                "a {\"wrapped\":\"AQID\",\"with\":\"f1\"}",
                text(codec.encode(new KeyRecord.Wrapped("a", "f1", new byte[] {1, 2, 3}))));
        assertEquals(
                "a {\"shredded\":{\"time\":\"2026-11-22T03:12:00Z\",\"revision\":42}}",
                text(codec.encode(
                        new KeyRecord.Shredded("a", new Shredding(Instant.parse("2026-11-22T03:12:00Z"), 42)))));
        assertEquals("a null", text(codec.encode(new KeyRecord.Unused("a"))));
    }

    @Test
    void what_is_no_record_of_a_key_is_refused() {
        for (String value :
                List.of("", "not JSON", "{}", "[]", "{\"wrapped\":\"!\"}", "{\"shredded\":{\"time\":\"now\"}}")) {
            assertThrows(IllegalArgumentException.class, () -> codec.decode(record("a", value)), value);
        }
        assertThrows(IllegalArgumentException.class, () -> codec.decode(record(null, "{}")));
    }

    private static ConsumerRecord<byte[], byte[]> record(@Nullable String key, String value) {
        return new ConsumerRecord<>(
                "shiplog.keys", 0, 0, key == null ? null : key.getBytes(UTF_8), value.getBytes(UTF_8));
    }
}
