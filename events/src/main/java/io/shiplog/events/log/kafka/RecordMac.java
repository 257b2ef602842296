package io.shiplog.events.log.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * The MAC by which the processes of a cluster recognize each other's records: HMAC-SHA256 over the topic, the record's key, its
 * headers and its value, in the header {@value #HEADER}. A client that may write to the broker but does not have the key can
 * neither create a record that counts, nor move one from another topic (docs/adr/0106). Thread-safe.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc2104">RFC 2104: HMAC</a>
 */
public final class RecordMac {
    /** The header of the MAC, base64. Not a CloudEvents attribute: it belongs to the record in its topic, not to the event. */
    public static final String HEADER = "shiplog-mac";

    /** Length of a key in bytes. */
    public static final int KEY_BYTES = 32;

    /** Adds no MAC and accepts every record: for clients without the key. */
    public static final RecordMac NONE = new RecordMac(null, Map.of());

    private static final String ALGORITHM = "HmacSHA256";
    private static final int ABSENT = -1;

    private final @Nullable Mac keyed;
    private final Map<String, Long> plainBelow;

    private RecordMac(@Nullable Mac keyed, Map<String, Long> plainBelow) {
        this.keyed = keyed;
        this.plainBelow = Map.copyOf(plainBelow);
    }

    /**
     * MACs made with a key.
     *
     * @param key of {@value #KEY_BYTES} random bytes
     * @param plainBelow by partition ({@code topic-0}), the offset below which records may have no MAC: they were written before the cluster had a key
     * @throws IllegalArgumentException if the key has another length
     */
    public static RecordMac of(byte[] key, Map<String, Long> plainBelow) {
        if (key.length != KEY_BYTES) {
            throw new IllegalArgumentException("a key has %d bytes, not %d".formatted(KEY_BYTES, key.length));
        }
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            return new RecordMac(mac, plainBelow);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }

    /** Adds the MAC to an otherwise complete record; returns the record. */
    ProducerRecord<byte[], byte[]> sign(ProducerRecord<byte[], byte[]> record) {
        if (keyed != null) {
            byte[] mac = compute(keyed, record.topic(), record.key(), record.headers(), record.value());
            record.headers().add(HEADER, Base64.getEncoder().encode(mac));
        }
        return record;
    }

    /** Whether a holder of the key wrote the record, unchanged and into this topic. */
    boolean isGenuine(ConsumerRecord<byte[], byte[]> record) {
        if (keyed == null) {
            return true;
        }
        byte[] found = null;
        for (Header header : record.headers()) {
            if (header.key().equals(HEADER)) {
                found = header.value();
            }
        }
        if (found == null) {
            String partition = new TopicPartition(record.topic(), record.partition()).toString();
            return record.offset() < plainBelow.getOrDefault(partition, 0L);
        }
        byte[] mac = compute(keyed, record.topic(), record.key(), record.headers(), record.value());
        return MessageDigest.isEqual(Base64.getEncoder().encode(mac), found);
    }

    /** Whether a record has a MAC, valid or not. */
    static boolean isPresent(ConsumerRecord<byte[], byte[]> record) {
        return record.headers().lastHeader(HEADER) != null;
    }

    private static byte[] compute(
            Mac keyed, String topic, byte @Nullable [] key, Headers headers, byte @Nullable [] value) {
        byte[] inTopic = topic.getBytes(UTF_8);
        int size = 3 * Integer.BYTES + inTopic.length + (key == null ? 0 : key.length);
        for (Header header : headers) {
            // Names of headers are ASCII as a rule; three bytes for a character are enough in any case.
            size += 2 * Integer.BYTES
                    + 3 * header.key().length()
                    + (header.value() == null ? 0 : header.value().length);
        }
        // All but the value in one call: each costs.
        ByteBuffer parts = ByteBuffer.allocate(size);
        part(parts, inTopic);
        part(parts, key);
        for (Header header : headers) {
            if (!header.key().equals(HEADER)) {
                part(parts, header.key().getBytes(UTF_8));
                part(parts, header.value());
            }
        }
        parts.putInt(value == null ? ABSENT : value.length);
        Mac mac = copy(keyed);
        mac.update(parts.array(), 0, parts.position());
        if (value != null) {
            mac.update(value);
        }
        return mac.doFinal();
    }

    /** After its length: no two records have the same input. */
    private static void part(ByteBuffer parts, byte @Nullable [] part) {
        parts.putInt(part == null ? ABSENT : part.length);
        if (part != null) {
            parts.put(part);
        }
    }

    private static Mac copy(Mac keyed) {
        try {
            return (Mac) keyed.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the platform's " + ALGORITHM + " can be cloned", e);
        }
    }

    /** Without the key. */
    @Override
    public String toString() {
        return keyed == null ? "no MACs" : "MACs of " + ALGORITHM;
    }
}
