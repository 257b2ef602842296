package io.shiplog.docker.pki;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.operator.OperatorCreationException;

/**
 * The keys of the embedded broker and of its clients, with a separate authority: the broker accepts no certificate of the API,
 * be it a node's or the admin's.
 *
 * @see <a href="https://kafka.apache.org/documentation/#security_ssl">Encryption and authentication using SSL</a>
 */
public final class KafkaPki {
    /** Broker, controller and every client of the cluster itself: one process, or commands of its owner. */
    private static final Identity CLUSTER =
            new Identity("cluster", "shiplog", List.of(), List.of("localhost", "127.0.0.1"), Identity.Use.BOTH);

    /** In a client's certificate: the organization of all subscribers. */
    private static final String SUBSCRIBERS = "subscribers";

    private static final Pattern SUBSCRIBER = Pattern.compile("User:CN=([a-z0-9-]+),O=[0-9a-f]+,O=" + SUBSCRIBERS);

    private final Path folder;
    private final Authority authority;

    private KafkaPki(Path folder, Authority authority) {
        this.folder = folder;
        this.authority = authority;
    }

    /**
     * Opens the directory, and creates the authority and the cluster's own identity if missing. For an existing cluster,
     * {@link HomeKeys} decides first whether the authority may be made.
     *
     * @throws IllegalStateException if only one file of the authority exists, or is damaged
     * @throws UncheckedIOException if the directory cannot be read or written
     */
    public static KafkaPki open(Path folder) {
        return unchecked(() -> {
            KafkaPki pki = new KafkaPki(folder, Authority.open(folder, "shiplog-kafka-ca"));
            pki.authority.ensure(CLUSTER);
            String text = ClientFile.text(pki.cluster());
            if (!Files.exists(pki.clientFile())
                    || !PrivateFile.read(pki.clientFile()).equals(text)) {
                PrivateFile.write(pki.clientFile(), text);
            }
            return pki;
        });
    }

    /** The cluster's own identity as a file for Kafka's tools ({@code --command-config}) and {@code --kafka-config}. */
    public Path clientFile() {
        return folder.resolve("client.properties");
    }

    /** Kafka's name for the cluster's own identity. */
    public static String superUser() {
        return "User:CN=" + CLUSTER.user();
    }

    /** Kafka's name for a subscriber. */
    public static String subscriber(String name, String id) {
        return "User:CN=%s,O=%s,O=%s".formatted(name, id, SUBSCRIBERS);
    }

    /** The subscriber's name in a principal of {@link #subscriber}; empty for any other principal. */
    public static Optional<String> subscriberName(String principal) {
        return Optional.of(SUBSCRIBER.matcher(principal))
                .filter(Matcher::matches)
                .map(matcher -> matcher.group(1));
    }

    /** Settings of the cluster's own clients, and with {@code ssl.client.auth} of the broker too. */
    public Map<String, String> cluster() {
        return unchecked(() ->
                settings(Files.readString(authority.certificate(CLUSTER)), Files.readString(authority.key(CLUSTER))));
    }

    /**
     * Settings of a client with a new certificate, which is stored nowhere else.
     *
     * @param id unique per certificate, so that an earlier one under the same name is another principal
     */
    public Map<String, String> issue(String name, String id) {
        return unchecked(() -> {
            Authority.Issued issued =
                    authority.issue(new Identity("", name, List.of(SUBSCRIBERS, id), List.of(), Identity.Use.CLIENT));
            return settings(issued.certificatePem(), issued.keyPem());
        });
    }

    private Map<String, String> settings(String certificate, String key) throws IOException {
        Map<String, String> all = new TreeMap<>();
        all.put("security.protocol", "SSL");
        all.put("ssl.enabled.protocols", "TLSv1.3");
        all.put("ssl.protocol", "TLSv1.3");
        all.put("ssl.keystore.type", "PEM");
        all.put("ssl.keystore.certificate.chain", certificate);
        all.put("ssl.keystore.key", key);
        all.put("ssl.truststore.type", "PEM");
        all.put("ssl.truststore.certificates", Files.readString(authority.certificate()));
        return all;
    }

    private interface Action<T> {
        T run() throws IOException, GeneralSecurityException, OperatorCreationException;
    }

    private static <T> T unchecked(Action<T> action) {
        try {
            return action.run();
        } catch (IOException e) {
            throw new UncheckedIOException("the broker's keys cannot be read or written: " + e.getMessage(), e);
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException("the broker's keys cannot be used: " + e.getMessage(), e);
        }
    }
}
