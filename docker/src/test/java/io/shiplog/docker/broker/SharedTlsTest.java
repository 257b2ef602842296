package io.shiplog.docker.broker;

import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.shiplog.events.log.kafka.SharedTls;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.config.types.Password;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedTlsTest {
    /** As Kafka passes them to a factory. */
    private static Map<String, Object> parsed(Map<String, String> settings) {
        ConfigDef definition = new ConfigDef();
        SslConfigs.addClientSslSupport(definition);
        return definition.parse(settings);
    }

    private static SharedTls configured(Map<String, Object> settings) {
        SharedTls tls = new SharedTls();
        tls.configure(settings);
        return tls;
    }

    @Test
    void clients_with_the_same_settings_share_a_context_also_after_one_is_closed() {
        // given
        Map<String, Object> settings = parsed(TestKeys.pki().cluster());
        SharedTls first = configured(settings);
        first.close();

        // when: the same identity for another client
        Map<String, Object> others = new HashMap<>(settings);
        others.put("client.id", "another");

        // then
        assertSame(first.keystore(), configured(others).keystore());
    }

    @Test
    void another_identity_gets_another_context() {
        SharedTls cluster = configured(parsed(TestKeys.pki().cluster()));
        SharedTls subscriber = configured(parsed(TestKeys.pki().issue("ada", "id-1")));
        assertNotSame(cluster.keystore(), subscriber.keystore());
    }

    @Test
    void a_key_file_that_changed_is_read_again(@TempDir Path folder) throws Exception {
        // given: an identity in files, as an external Kafka's settings name it
        Map<String, String> identity = TestKeys.pki().cluster();
        Path key = folder.resolve("key.pem");
        Files.writeString(
                key,
                identity.get(SslConfigs.SSL_KEYSTORE_KEY_CONFIG)
                        + identity.get(SslConfigs.SSL_KEYSTORE_CERTIFICATE_CHAIN_CONFIG));
        Map<String, String> inFile = new HashMap<>(identity);
        inFile.remove(SslConfigs.SSL_KEYSTORE_KEY_CONFIG);
        inFile.remove(SslConfigs.SSL_KEYSTORE_CERTIFICATE_CHAIN_CONFIG);
        inFile.put(SslConfigs.SSL_KEYSTORE_LOCATION_CONFIG, key.toString());
        Map<String, Object> settings = parsed(inFile);
        SharedTls before = configured(settings);
        assertSame(before.keystore(), configured(settings).keystore());

        // when
        Files.setLastModifiedTime(
                key, FileTime.fromMillis(Files.getLastModifiedTime(key).toMillis() + 1_000));

        // then
        assertNotSame(before.keystore(), configured(settings).keystore());
    }

    @Test
    void settings_that_cannot_be_used_are_refused_each_time() {
        Map<String, Object> settings = parsed(TestKeys.pki().cluster());
        settings.put(SslConfigs.SSL_KEYSTORE_KEY_CONFIG, new Password("no key"));
        assertThrows(KafkaException.class, () -> configured(settings));
        assertThrows(KafkaException.class, () -> configured(settings));
    }
}
