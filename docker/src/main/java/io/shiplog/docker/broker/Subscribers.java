package io.shiplog.docker.broker;

import io.shiplog.docker.pki.KafkaPki;
import io.shiplog.events.log.EventLog.LogUnavailableException;
import io.shiplog.events.log.kafka.KafkaAccess;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * Clients other than the cluster that may read the topics of the embedded broker. The broker's ACLs are the only record of
 * them: without ACLs, a client may do nothing, whatever its certificate.
 *
 * @see <a href="https://kafka.apache.org/documentation/#security_authz">Authorization and ACLs</a>
 */
public final class Subscribers implements AutoCloseable {
    private static final String NAME = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";
    private static final int ID_BYTES = 6;
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String ANY_HOST = "*";

    private final Admin admin;
    private final SecureRandom random = new SecureRandom();

    private Subscribers(Admin admin) {
        this.admin = admin;
    }

    /**
     * A subscriber.
     *
     * @param topics that it may read, sorted
     */
    public record Subscriber(String name, List<String> topics) {
        public Subscriber {
            topics = List.copyOf(topics);
        }
    }

    /**
     * Connects to a broker.
     *
     * @param access of the cluster's own identity
     */
    public static Subscribers of(KafkaAccess access) {
        try {
            return new Subscribers(Admin.create(access.with(Map.of())));
        } catch (KafkaException e) {
            throw new LogUnavailableException("cannot reach Kafka at " + access + ": " + e.getMessage(), e);
        }
    }

    /**
     * Issues a certificate and grants it read access to topics, and the consumer groups {@code NAME} and {@code NAME.*}.
     *
     * @param name lower case letters, digits and dashes, at most 63
     * @return the settings of its clients, including the private key, which is stored nowhere else
     * @throws IllegalArgumentException if the name is invalid
     * @throws IllegalStateException if the subscriber exists
     */
    public Map<String, String> add(String name, Collection<String> topics, KafkaPki pki) {
        if (!name.matches(NAME)) {
            throw new IllegalArgumentException(
                    "subscriber name '%s': lower case letters, digits and dashes, at most 63".formatted(name));
        }
        if (find(name).isPresent()) {
            throw new IllegalStateException(
                    "subscriber '%s' already exists: './shiplog subscriber remove %s' first".formatted(name, name));
        }
        byte[] bytes = new byte[ID_BYTES];
        random.nextBytes(bytes);
        String id = HexFormat.of().formatHex(bytes);
        String principal = KafkaPki.subscriber(name, id);
        List<AclBinding> granted = new ArrayList<>();
        topics.forEach(topic -> granted.add(read(principal, ResourceType.TOPIC, topic, PatternType.LITERAL)));
        granted.add(read(principal, ResourceType.GROUP, name, PatternType.LITERAL));
        granted.add(read(principal, ResourceType.GROUP, name + ".", PatternType.PREFIXED));
        answer(admin.createAcls(granted).all(), "grant");
        awaitAcls(name, granted.size());
        return pki.issue(name, id);
    }

    /** All subscribers, sorted by name. */
    public List<Subscriber> list() {
        Map<String, List<String>> topics = new TreeMap<>();
        for (AclBinding each : answer(admin.describeAcls(AclBindingFilter.ANY).values(), "list")) {
            KafkaPki.subscriberName(each.entry().principal()).ifPresent(name -> {
                List<String> readable = topics.computeIfAbsent(name, unused -> new ArrayList<>());
                if (each.pattern().resourceType() == ResourceType.TOPIC) {
                    readable.add(each.pattern().name());
                }
            });
        }
        return topics.entrySet().stream()
                .map(each -> new Subscriber(
                        each.getKey(), each.getValue().stream().sorted().toList()))
                .toList();
    }

    private Optional<Subscriber> find(String name) {
        return list().stream().filter(each -> each.name().equals(name)).findFirst();
    }

    /**
     * Revokes all access of a subscriber. From then on the broker refuses its requests, on open connections too; a pending
     * fetch may still return records.
     *
     * @throws IllegalStateException if there is none of that name
     */
    public void remove(String name) {
        List<AclBindingFilter> granted =
                granted(name).stream().map(AclBinding::toFilter).toList();
        if (granted.isEmpty()) {
            throw new IllegalStateException("there is no subscriber '%s'".formatted(name));
        }
        answer(admin.deleteAcls(granted).all(), "revoke");
        awaitAcls(name, 0);
    }

    private List<AclBinding> granted(String name) {
        return answer(admin.describeAcls(AclBindingFilter.ANY).values(), "list").stream()
                .filter(each -> KafkaPki.subscriberName(each.entry().principal())
                        .filter(name::equals)
                        .isPresent())
                .toList();
    }

    /** The controller has applied it; the broker, which answers this request, follows a moment later. */
    private void awaitAcls(String name, int count) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (granted(name).size() != count) {
            if (System.nanoTime() > end) {
                throw new LogUnavailableException("the broker does not follow its controller");
            }
        }
    }

    private static AclBinding read(String principal, ResourceType type, String name, PatternType pattern) {
        return new AclBinding(
                new ResourcePattern(type, name, pattern),
                new AccessControlEntry(principal, ANY_HOST, AclOperation.READ, AclPermissionType.ALLOW));
    }

    private static <T> T answer(KafkaFuture<T> question, String what) {
        try {
            return question.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new LogUnavailableException("the broker does not %s access: %s".formatted(what, e.getMessage()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogUnavailableException("interrupted", e);
        }
    }

    @Override
    public void close() {
        admin.close(Duration.ZERO);
    }
}
