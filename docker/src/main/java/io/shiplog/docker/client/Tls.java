package io.shiplog.docker.client;

import io.shiplog.docker.pki.PemPrivateKey;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** TLS for a kubeconfig: from PEM texts to an SSLContext. */
final class Tls {
    private static final char[] NO_PASSWORD = {};

    private Tls() {}

    /** @param authority certificates to trust; null for the machine's own */
    static SSLContext trusting(byte @Nullable [] authority, byte @Nullable [] certificate, byte @Nullable [] key) {
        try {
            return context(authority == null ? null : trust(authority), certificate, key);
        } catch (GeneralSecurityException | IOException e) {
            throw new ClientException("the kubeconfig's certificates cannot be used: " + e.getMessage());
        }
    }

    static SSLContext trustingAll(byte @Nullable [] certificate, byte @Nullable [] key) {
        try {
            return context(new TrustManager[] {new TrustAll()}, certificate, key);
        } catch (GeneralSecurityException | IOException e) {
            throw new ClientException("the kubeconfig's certificates cannot be used: " + e.getMessage());
        }
    }

    private static SSLContext context(
            TrustManager @Nullable [] trust, byte @Nullable [] certificate, byte @Nullable [] key)
            throws GeneralSecurityException, IOException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(certificate == null || key == null ? null : identity(certificate, key), trust, null);
        return context;
    }

    private static TrustManager[] trust(byte[] authority) throws GeneralSecurityException, IOException {
        KeyStore trusted = empty();
        for (Certificate each : certificates(authority)) {
            trusted.setCertificateEntry("ca-" + trusted.size(), each);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        return factory.getTrustManagers();
    }

    private static KeyManager[] identity(byte[] certificate, byte[] key) throws GeneralSecurityException, IOException {
        KeyStore store = empty();
        store.setKeyEntry(
                "client",
                PemPrivateKey.read(key),
                NO_PASSWORD,
                certificates(certificate).toArray(Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, NO_PASSWORD);
        return factory.getKeyManagers();
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        return store;
    }

    private static List<Certificate> certificates(byte[] pem) throws GeneralSecurityException {
        return new ArrayList<>(
                CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(pem)));
    }

    /** For {@code insecure-skip-tls-verify}. An extended one, so that the platform does not check names either. */
    private static final class TrustAll extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
