package io.shiplog.gateway;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A cluster in memory for each test, empty, with a client of its admin. */
abstract class ClusterTest {
    static final String CONFIG_MAPS = "/api/v1/namespaces/shop/configmaps";

    ClusterInMemory cluster;
    Api admin;

    @BeforeEach
    void open(@TempDir Path folder) {
        cluster = new ClusterInMemory(folder, authorizer(), limits());
        admin = Api.admin(cluster);
    }

    io.shiplog.projections.access.Authorizer authorizer() {
        return ClusterInMemory.MASTERS_ONLY;
    }

    GatewayLimits limits() {
        return GatewayLimits.DEFAULT;
    }

    @AfterEach
    void close() {
        admin.close();
        cluster.close();
    }

    /** A ConfigMap with these labels, as {@code app=web,tier=front}; none for the empty text. */
    Api.Answer configMap(String name, String labels) {
        StringBuilder json = new StringBuilder();
        for (String label : labels.isEmpty() ? new String[0] : labels.split(",")) {
            String[] pair = label.split("=");
            json.append(json.isEmpty() ? "" : ",").append("\"%s\":\"%s\"".formatted(pair[0], pair[1]));
        }
        return admin.post(CONFIG_MAPS, """
                        {"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"%s","labels":{%s}},"data":{"k":"v"}}""".formatted(name, json)).is(201);
    }
}
