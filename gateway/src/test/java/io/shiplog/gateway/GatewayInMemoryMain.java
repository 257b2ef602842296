package io.shiplog.gateway;

import io.shiplog.projections.access.RbacAuthorizer;
import java.nio.file.Files;
import java.nio.file.Path;

/** Serves a cluster in memory until the input ends: for trying clients by hand. Its argument is a folder for the keys. */
final class GatewayInMemoryMain {
    private GatewayInMemoryMain() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Files.createDirectories(Path.of(arguments[0]));
        int port = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 0;
        try (ClusterInMemory cluster = new ClusterInMemory(folder, new RbacAuthorizer(), GatewayLimits.DEFAULT, port)) {
            System.out.println(cluster.address());
            while (System.in.read() >= 0) {
                // until the end of the input
            }
        }
    }
}
