package io.shiplog.command.kind.networking;

import io.shiplog.command.kind.Kind;
import java.util.List;

/** The kinds of {@code networking.k8s.io}. */
public final class NetworkingKinds {
    private NetworkingKinds() {}

    /** All of them. */
    public static List<Kind> all() {
        return List.of(
                new IngressKind(),
                new IngressClassKind(),
                new NetworkPolicyKind(),
                new IpAddressKind(),
                new ServiceCidrKind());
    }
}
