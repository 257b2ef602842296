package io.shiplog.events.log.kafka;

import java.security.KeyStore;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLEngine;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.security.auth.SslEngineFactory;
import org.apache.kafka.common.security.ssl.DefaultSslEngineFactory;
import org.jspecify.annotations.Nullable;

/**
 * Kafka's own TLS, with one context for all clients of a process that have the same TLS settings. Kafka's default creates a
 * context for every client: that decodes and encrypts the keys again, and no connection resumes the session of an earlier one.
 * A key file that changed since gets a new context.
 *
 * @see <a href="https://cwiki.apache.org/confluence/x/jZDGBg">KIP-519: Make SSL context/engine configuration extensible</a>
 */
public final class SharedTls implements SslEngineFactory {
    private static final String PREFIX = "ssl.";

    /** By their settings. A process has few identities. */
    private static final Map<Map<String, Object>, SslEngineFactory> FACTORIES = new ConcurrentHashMap<>();

    private @Nullable SslEngineFactory shared;

    /** Called by Kafka, which then calls {@link #configure}. */
    public SharedTls() {}

    @Override
    public void configure(Map<String, ?> configs) {
        Map<String, Object> tls = new TreeMap<>();
        configs.forEach((name, value) -> {
            if (name.startsWith(PREFIX) && value != null) {
                tls.put(name, value);
            }
        });
        tls.remove(SslConfigs.SSL_ENGINE_FACTORY_CLASS_CONFIG);
        shared = FACTORIES.compute(
                tls, (key, known) -> known == null || known.shouldBeRebuilt(tls) ? factory(tls) : known);
    }

    private static SslEngineFactory factory(Map<String, Object> tls) {
        DefaultSslEngineFactory factory = new DefaultSslEngineFactory();
        factory.configure(tls);
        return factory;
    }

    private SslEngineFactory shared() {
        if (shared == null) {
            throw new IllegalStateException("not configured");
        }
        return shared;
    }

    @Override
    public SSLEngine createClientSslEngine(String peerHost, int peerPort, String endpointIdentification) {
        return shared().createClientSslEngine(peerHost, peerPort, endpointIdentification);
    }

    @Override
    public SSLEngine createServerSslEngine(String peerHost, int peerPort) {
        return shared().createServerSslEngine(peerHost, peerPort);
    }

    @Override
    public boolean shouldBeRebuilt(Map<String, Object> nextConfigs) {
        return shared().shouldBeRebuilt(nextConfigs);
    }

    @Override
    public Set<String> reconfigurableConfigs() {
        return shared().reconfigurableConfigs();
    }

    @Override
    public KeyStore keystore() {
        return shared().keystore();
    }

    @Override
    public KeyStore truststore() {
        return shared().truststore();
    }

    /** Leaves the context to the other clients. */
    @Override
    public void close() {}
}
