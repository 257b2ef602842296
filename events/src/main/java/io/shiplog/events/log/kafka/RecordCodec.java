package io.shiplog.events.log.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.json.Json;
import io.shiplog.events.log.Chain;
import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventHead;
import io.shiplog.events.log.EventLog.Claim;
import io.shiplog.events.log.EventType;
import io.shiplog.events.log.Origin;
import io.shiplog.events.log.SignedHead;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Events and claims as Kafka records: CloudEvents in binary mode (docs/adr/0101).
 *
 * @see <a href="https://github.com/cloudevents/spec/blob/main/cloudevents/bindings/kafka-protocol-binding.md">The binding</a>
 */
final class RecordCodec {
    static final String CLAIM_TYPE = "io.shiplog.writer.claimed.v1";
    private static final String SIGNED_HEAD = "head";
    private static final byte[] CLAIM_TYPE_BYTES = CLAIM_TYPE.getBytes(UTF_8);
    /** Claims have a key of their own form, so that filters by key do not take them for objects. */
    private static final byte[] CLAIM_KEY = "writer".getBytes(UTF_8);

    private static final byte[] SPEC_VERSION = "1.0".getBytes(UTF_8);
    private static final byte[] JSON_TYPE = "application/json".getBytes(UTF_8);
    /** How many different words (types, users, verbs, nodes) are interned. */
    private static final int SHARED_WORDS = 4_096;

    private final String shard;
    private final String topic;
    private final String cluster;
    private final byte[] source;
    private final RecordMac mac;
    private final Words words = new Words();

    /** @param mac recognizes the records of the cluster */
    RecordCodec(String cluster, String shard, String topic, RecordMac mac) {
        this.cluster = cluster;
        this.shard = shard;
        this.topic = topic;
        this.mac = mac;
        this.source = ("/clusters/" + cluster).getBytes(UTF_8);
    }

    ProducerRecord<byte[], byte[]> encode(Event event) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                topic,
                0,
                event.time().toEpochMilli(),
                event.key().recordKey().getBytes(UTF_8),
                event.object().atRest());
        Headers headers = record.headers();
        head(headers, event.type().written(), event.id(), event.subject(), event.time());
        put(headers, "ce_revision", Long.toString(event.revision()));
        Long previous = event.previous();
        putIfAny(headers, "ce_previous", previous == null ? null : Long.toString(previous));
        put(headers, "ce_epoch", Long.toString(event.epoch()));
        put(headers, "ce_actor", event.actor());
        putIfAny(headers, "ce_impersonator", event.impersonator());
        put(headers, "ce_verb", event.verb());
        put(headers, "ce_commandid", event.commandId());
        putIfAny(headers, "ce_causationid", event.causationId());
        put(headers, "ce_correlationid", event.correlationId());
        putIfAny(headers, "ce_node", event.node());
        put(headers, "ce_chain", event.chain());
        return mac.sign(record);
    }

    /** @param signed the head of the log before the claim; null if this process does not sign, or the log is empty */
    ProducerRecord<byte[], byte[]> encode(Claim claim, String id, Duration readLease, @Nullable SignedHead signed) {
        ObjectNode value = Json.MAPPER.createObjectNode();
        value.put("epoch", claim.epoch());
        value.put("address", claim.address());
        value.put("readLeaseMillis", readLease.toMillis());
        if (signed != null) {
            value.set(SIGNED_HEAD, signed.json());
        }
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                topic, 0, claim.time().toEpochMilli(), CLAIM_KEY, Json.of(value).utf8());
        head(record.headers(), CLAIM_TYPE, id, "writer", claim.time());
        put(record.headers(), "ce_epoch", Long.toString(claim.epoch()));
        return mac.sign(record);
    }

    private void head(Headers headers, String type, String id, String subject, Instant time) {
        headers.add("ce_specversion", SPEC_VERSION);
        put(headers, "ce_id", id);
        headers.add("ce_source", source);
        put(headers, "ce_type", type);
        put(headers, "ce_subject", subject);
        put(headers, "ce_time", time.toString());
        headers.add("content-type", JSON_TYPE);
    }

    private static void put(Headers headers, String name, String text) {
        headers.add(name, text.getBytes(UTF_8));
    }

    private static void putIfAny(Headers headers, String name, @Nullable String text) {
        if (text != null) {
            put(headers, name, text);
        }
    }

    /** What decides whether the record counts; unreadable if no process of this cluster wrote it. Never throws. */
    Head head(ConsumerRecord<byte[], byte[]> record) {
        return authenticate(record, parse(record));
    }

    /** A parsed head if the record's MAC is right, else an unreadable one. */
    Head authenticate(ConsumerRecord<byte[], byte[]> record, Head parsed) {
        return mac.isGenuine(record)
                ? parsed
                : new Head.Unreadable(
                        "no process of this cluster wrote it (its %s is %s): someone else can write to this topic"
                                .formatted(RecordMac.HEADER, RecordMac.isPresent(record) ? "wrong" : "missing"));
    }

    /** Reads the fields of a head in one pass, without checking its MAC: most of the work of a replay. Never throws. */
    Head parse(ConsumerRecord<byte[], byte[]> record) {
        byte[] type = null;
        byte[] epoch = null;
        byte[] revision = null;
        byte[] chain = null;
        for (Header header : record.headers()) {
            switch (header.key()) {
                case "ce_type" -> type = header.value();
                case "ce_epoch" -> epoch = header.value();
                case "ce_revision" -> revision = header.value();
                case "ce_chain" -> chain = header.value();
                default -> {} // used by readers of the whole event
            }
        }
        try {
            if (Arrays.equals(CLAIM_TYPE_BYTES, type)) {
                return claim(record);
            }
            if (epoch == null || revision == null) {
                return new Head.Unreadable("it has no epoch or no revision: not written by Shiplog");
            }
            return new Head.OfEvent(
                    Long.parseLong(new String(epoch, UTF_8)),
                    Long.parseLong(new String(revision, UTF_8)),
                    chain == null ? Chain.START : new String(chain, UTF_8));
        } catch (UndecodableException | NumberFormatException e) {
            return new Head.Unreadable(String.valueOf(e.getMessage()));
        }
    }

    /** Whether an event's link follows another link: computed from the record's bytes, without decoding it. */
    boolean follows(String previous, ConsumerRecord<byte[], byte[]> record, Head.OfEvent head) {
        LinkedHeaders headers = new LinkedHeaders(record.headers());
        Chain.Link link = Chain.after(previous)
                .text(shard)
                .text(headers.epoch)
                .text(headers.revision)
                .text(record.key())
                .text(headers.type)
                .text(headers.subject)
                .text(headers.time)
                .text(headers.actor)
                .text(headers.verb)
                .text(headers.commandId)
                .text(headers.causationId)
                .text(headers.correlationId)
                .text(headers.node);
        if (headers.previous != null) {
            link.text(headers.previous);
        }
        if (headers.impersonator != null) {
            link.impersonator(new String(headers.impersonator, UTF_8));
        }
        return link.object(record.value()).equals(head.chain());
    }

    /** The headers that a link goes over, as they are. */
    private static final class LinkedHeaders {
        private byte @Nullable [] epoch;
        private byte @Nullable [] revision;
        private byte @Nullable [] type;
        private byte @Nullable [] subject;
        private byte @Nullable [] time;
        private byte @Nullable [] actor;
        private byte @Nullable [] verb;
        private byte @Nullable [] commandId;
        private byte @Nullable [] causationId;
        private byte @Nullable [] correlationId;
        private byte @Nullable [] node;
        private byte @Nullable [] previous;
        private byte @Nullable [] impersonator;

        private LinkedHeaders(Headers headers) {
            for (Header header : headers) {
                switch (header.key()) {
                    case "ce_epoch" -> epoch = header.value();
                    case "ce_revision" -> revision = header.value();
                    case "ce_type" -> type = header.value();
                    case "ce_subject" -> subject = header.value();
                    case "ce_time" -> time = header.value();
                    case "ce_actor" -> actor = header.value();
                    case "ce_verb" -> verb = header.value();
                    case "ce_commandid" -> commandId = header.value();
                    case "ce_causationid" -> causationId = header.value();
                    case "ce_correlationid" -> correlationId = header.value();
                    case "ce_node" -> node = header.value();
                    case "ce_previous" -> previous = header.value();
                    case "ce_impersonator" -> impersonator = header.value();
                    default -> {} // not part of the link
                }
            }
        }
    }

    private Head claim(ConsumerRecord<byte[], byte[]> record) throws UndecodableException {
        byte[] value = record.value();
        if (value == null) {
            throw new UndecodableException("a claim without a value");
        }
        try {
            JsonNode tree = Json.ofUtf8(value).tree();
            long epoch = tree.path("epoch").asLong(0);
            Instant time = Instant.parse(required(text(record.headers(), "ce_time"), "ce_time"));
            return new Head.OfClaim(
                    new Claim(epoch, tree.path("address").asText(""), time),
                    required(text(record.headers(), "ce_id"), "ce_id"),
                    Duration.ofMillis(tree.path("readLeaseMillis").asLong(0)),
                    tree.has(SIGNED_HEAD) ? SignedHead.of(cluster, shard, tree.path(SIGNED_HEAD)) : null);
        } catch (UncheckedIOException | DateTimeException | IllegalArgumentException e) {
            throw new UndecodableException("a broken claim: " + e.getMessage());
        }
    }

    /** The key prefix of all objects of a type. */
    static byte[] keysOf(ResourceType type) {
        return (type.group() + "/" + type.resource() + "/").getBytes(UTF_8);
    }

    /**
     * Decodes a whole event.
     *
     * @throws UndecodableException if it is not one; the record keeps its position in the sequence all the same
     */
    Event event(ConsumerRecord<byte[], byte[]> record, Head.OfEvent head) throws UndecodableException {
        byte[] key = record.key();
        byte[] value = record.value();
        if (key == null || value == null) {
            throw new UndecodableException("it has no key or no value");
        }
        try {
            Attributes attributes = new Attributes(record.headers());
            ObjectKey object = ObjectKey.ofRecordKey(new String(key, UTF_8));
            return new Event(
                    shard,
                    head.epoch(),
                    new EventHead(
                            head.revision(),
                            attributes.previous,
                            object,
                            words.type(required(attributes.type, "ce_type"), object.type()),
                            required(attributes.subject, "ce_subject"),
                            words.sharedOrNull(attributes.node),
                            UtcText.parse(required(attributes.time, "ce_time")),
                            new Origin(
                                    words.shared(required(attributes.actor, "ce_actor")),
                                    words.sharedOrNull(attributes.impersonator),
                                    words.shared(required(attributes.verb, "ce_verb")),
                                    required(attributes.commandId, "ce_commandid"),
                                    attributes.causationId,
                                    required(attributes.correlationId, "ce_correlationid"))),
                    Json.ofUtf8(value),
                    head.chain());
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new UndecodableException(String.valueOf(e.getMessage()));
        }
    }

    /** The attributes of an event, read in one pass: separate lookups are half the cost of a replay. */
    private static final class Attributes {
        private @Nullable String type;
        private @Nullable String subject;
        private @Nullable String time;
        private @Nullable Long previous;
        private @Nullable String actor;
        private @Nullable String impersonator;
        private @Nullable String verb;
        private @Nullable String commandId;
        private @Nullable String causationId;
        private @Nullable String correlationId;
        private @Nullable String node;

        private Attributes(Headers headers) {
            for (Header header : headers) {
                byte[] value = header.value();
                if (value != null) {
                    take(header.key(), value);
                }
            }
        }

        private void take(String name, byte[] value) {
            switch (name) {
                case "ce_type" -> type = new String(value, UTF_8);
                case "ce_subject" -> subject = new String(value, UTF_8);
                case "ce_time" -> time = new String(value, UTF_8);
                case "ce_previous" -> previous = Long.valueOf(new String(value, UTF_8));
                case "ce_actor" -> actor = new String(value, UTF_8);
                case "ce_impersonator" -> impersonator = new String(value, UTF_8);
                case "ce_verb" -> verb = new String(value, UTF_8);
                case "ce_commandid" -> commandId = new String(value, UTF_8);
                case "ce_causationid" -> causationId = new String(value, UTF_8);
                case "ce_correlationid" -> correlationId = new String(value, UTF_8);
                case "ce_node" -> node = new String(value, UTF_8);
                default -> {} // an attribute of a later version, or one that the head has read
            }
        }
    }

    private static String required(@Nullable String text, String name) throws UndecodableException {
        if (text == null) {
            throw new UndecodableException("it has no header " + name);
        }
        return text;
    }

    private static @Nullable String text(Headers headers, String name) {
        Header header = headers.lastHeader(name);
        return header == null || header.value() == null ? null : new String(header.value(), UTF_8);
    }

    /** A record that is not a Shiplog event. */
    static final class UndecodableException extends Exception {
        private static final long serialVersionUID = 1L;

        UndecodableException(String why) {
            super(why);
        }
    }

    /** Interns repeated words. Cleared when it is full. Used by the readers of one shard at a time. */
    private static final class Words {
        private final Map<String, String> shared = new HashMap<>();
        private final Map<String, EventType> types = new HashMap<>();

        synchronized String shared(String word) {
            if (shared.size() >= SHARED_WORDS) {
                shared.clear();
            }
            String first = shared.putIfAbsent(word, word);
            return first == null ? word : first;
        }

        @Nullable String sharedOrNull(@Nullable String word) {
            return word == null ? null : shared(word);
        }

        /** A type without a group is not that of one kind alone: it is read again for another group. */
        synchronized EventType type(String ceType, ResourceType of) {
            EventType known = types.get(ceType);
            if (known == null || !known.group().equals(of.group())) {
                if (types.size() >= SHARED_WORDS) {
                    types.clear();
                }
                known = EventType.read(ceType, of);
                types.put(ceType, known);
            }
            return known;
        }
    }
}
