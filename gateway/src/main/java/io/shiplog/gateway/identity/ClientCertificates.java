package io.shiplog.gateway.identity;

import io.shiplog.events.object.Actor;
import io.vertx.core.http.HttpConnection;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * The users of connections with a client certificate: CN is the user, each O a group. TLS has verified the chain before. Parsed
 * once per connection.
 *
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/authentication/#x509-client-certificates">X509</a>
 */
public final class ClientCertificates {
    private final Map<HttpConnection, UserInfo> users = new ConcurrentHashMap<>();

    /** Registers a new connection. The caller reports when it is closed. */
    public void opened(HttpConnection connection) {
        UserInfo user = read(connection.sslSession());
        if (user != null) {
            users.put(connection, user);
        }
    }

    /** Forgets a closed connection. */
    public void closed(HttpConnection connection) {
        users.remove(connection);
    }

    @Nullable UserInfo user(HttpConnection connection) {
        return users.isEmpty() ? null : users.get(connection);
    }

    private static @Nullable UserInfo read(@Nullable SSLSession session) {
        if (session == null) {
            return null;
        }
        try {
            return session.getPeerCertificates()[0] instanceof X509Certificate certificate ? user(certificate) : null;
        } catch (SSLPeerUnverifiedException e) {
            return null; // no client certificate
        }
    }

    private static @Nullable UserInfo user(X509Certificate certificate) {
        Actor actor = actor(certificate);
        try {
            return actor == null
                    ? null
                    : UserInfo.of(
                            actor,
                            "",
                            Map.of(
                                    UserInfo.CREDENTIAL,
                                    "X509SHA256=" + Authentication.sha256(certificate.getEncoded())));
        } catch (CertificateEncodingException e) {
            return null;
        }
    }

    static @Nullable Actor actor(X509Certificate certificate) {
        String user = null;
        List<String> groups = new ArrayList<>();
        try {
            LdapName name = new LdapName(certificate.getSubjectX500Principal().getName());
            for (Rdn rdn : name.getRdns()) {
                var attributes = rdn.toAttributes().getAll();
                while (attributes.hasMore()) {
                    var attribute = attributes.next();
                    for (int i = 0; i < attribute.size(); i++) {
                        String value = String.valueOf(attribute.get(i));
                        switch (attribute.getID().toUpperCase(java.util.Locale.ROOT)) {
                            case "CN" -> user = value;
                            case "O" -> groups.add(value);
                            default -> {}
                        }
                    }
                }
            }
        } catch (InvalidNameException e) {
            return null;
        } catch (javax.naming.NamingException e) {
            return null;
        }
        return user == null ? null : Authentication.authenticated(new Actor(user, groups));
    }
}
