package io.shiplog.docker.home;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.events.object.ResourceType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClusterSettingsTest {
    @TempDir
    private Path folder;

    @Test
    void whatIsWrittenIsReadAgain() {
        ShiplogHome home = new ShiplogHome(folder);
        ClusterSettings settings = new ClusterSettings("blue", 7443, "10.245.0.0/16", "10.112.0.0/16");

        settings.write(home);

        assertEquals(Optional.of(settings), ClusterSettings.read(home));
    }

    @Test
    void secretsAreAlwaysEncryptedAndOtherResourcesIfTheyAreListed() {
        ShiplogHome home = new ShiplogHome(folder);
        ClusterSettings settings = ClusterSettings.DEFAULT.sealing(List.of("configmaps", "widgets.example.com"));

        settings.write(home);

        ClusterSettings read = ClusterSettings.read(home).orElseThrow();
        assertEquals(settings, read);
        assertTrue(read.seals(ResourceType.core("secrets")));
        assertTrue(read.seals(ResourceType.core("configmaps")));
        assertTrue(read.seals(new ResourceType("example.com", "widgets")));
        assertFalse(read.seals(ResourceType.core("pods")));
        assertTrue(read.sealing(List.of()).seals(ResourceType.core("secrets")));
    }

    @Test
    void givenAHomeOfAnOlderVersion_thenSecretsAreEncrypted() throws IOException {
        ShiplogHome home = new ShiplogHome(folder);
        Files.writeString(home.settingsFile(), """
                {"cluster":"blue","port":7443,"podCidr":"10.245.0.0/16","serviceCidr":"10.112.0.0/16"}""");

        assertTrue(ClusterSettings.read(home).orElseThrow().seals(ResourceType.core("secrets")));
    }

    @Test
    void givenAFreshHome_thenThereAreNone() {
        assertEquals(Optional.empty(), ClusterSettings.read(new ShiplogHome(folder)));
    }

    @Test
    void givenADamagedFile_thenTheErrorNamesItAndWhatToDo() throws IOException {
        ShiplogHome home = new ShiplogHome(folder);
        Files.writeString(home.settingsFile(), "{\"cluster\": ");

        var error = assertThrows(IllegalStateException.class, () -> ClusterSettings.read(home));

        assertTrue(String.valueOf(error.getMessage()).contains("reset"));
    }

    @ParameterizedTest
    @CsvSource({
        "UPPER,6443,10.244.0.0/16,10.96.0.0/12",
        "'',6443,10.244.0.0/16,10.96.0.0/12",
        "a-very-long-name-for-a-cluster,6443,10.244.0.0/16,10.96.0.0/12",
        "ok,0,10.244.0.0/16,10.96.0.0/12",
        "ok,70000,10.244.0.0/16,10.96.0.0/12",
        "ok,6443,10.244.0.0/24,10.96.0.0/12",
        "ok,6443,10.244.0.0/16,services",
    })
    void whatCannotBeIsRefused(String cluster, int port, String pods, String services) {
        assertThrows(IllegalArgumentException.class, () -> new ClusterSettings(cluster, port, pods, services));
    }

    @Test
    void addressesFollowFromTheNetworks() {
        assertEquals("10.244.2.1", ClusterSettings.DEFAULT.nodeAddress(2));
        assertEquals("10.244.1.0/24", ClusterSettings.DEFAULT.nodeCidr(1));
        assertEquals("10.96.0.10", ClusterSettings.DEFAULT.serviceAddress(10));
    }
}
