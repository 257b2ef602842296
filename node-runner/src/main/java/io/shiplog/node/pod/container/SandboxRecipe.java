package io.shiplog.node.pod.container;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.node.engine.ContainerEngine.Container;
import io.shiplog.node.engine.ContainerRequest;
import io.shiplog.node.engine.ContainerRequest.Limits;
import io.shiplog.node.engine.ContainerRequest.Mount;
import io.shiplog.node.engine.ContainerRequest.Namespaces;
import io.shiplog.node.engine.ContainerRequest.PublishedPort;
import io.shiplog.node.engine.ContainerRequest.Security;
import io.shiplog.node.net.PodNetwork.PodAddress;
import io.shiplog.node.net.PodNetwork.PodSandbox;
import io.shiplog.node.net.PodNetwork.SandboxNetwork;
import io.shiplog.node.pod.admission.Unsupported;
import io.shiplog.node.pod.desired.DesiredPod;
import io.shiplog.node.pod.observed.PodLabels;
import io.shiplog.node.pod.port.PodPorts;
import io.shiplog.node.pod.port.PodSettings;
import io.shiplog.node.reference.UnresolvedException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The engine's specification for a pod's sandbox: the container that holds its namespaces. */
public final class SandboxRecipe {
    private final PodPorts ports;
    private final PodSettings settings;

    public SandboxRecipe(PodPorts ports, PodSettings settings) {
        this.ports = ports;
        this.settings = settings;
    }

    /** @throws UnresolvedException if its RuntimeClass does not exist */
    public ContainerRequest request(DesiredPod pod, int attempt) throws UnresolvedException {
        boolean hostNetwork = pod.hostNetwork();
        SandboxNetwork network = hostNetwork
                ? new SandboxNetwork("host", List.of())
                : ports.network().prepare(pod.hostPorts());
        ports.folders()
                .write(
                        pod.uid(),
                        MountRecipe.RESOLV_CONF,
                        NameFiles.resolvConf(
                                pod, settings.clusterDns(), settings.clusterDomain(), settings.machineResolvConf()));
        return new ContainerRequest(
                PodLabels.containerName(pod.key(), pod.uid(), PodLabels.SANDBOX, attempt),
                settings.pauseImage(),
                null,
                null,
                List.of(),
                "",
                PodLabels.ofContainer(settings.nodeLabels(), pod.key(), pod.uid(), PodLabels.SANDBOX, attempt),
                memoryMounts(pod),
                new Namespaces(
                        network.mode(),
                        pod.spec().path("hostIPC").asBoolean(false) ? "host" : "shareable",
                        pod.spec().path("hostPID").asBoolean(false) ? "host" : ""),
                hostNetwork ? "" : NameFiles.kernelHostname(pod, settings.clusterDomain()),
                network.publishedByDocker().stream()
                        .map(port -> new PublishedPort(
                                port.hostIp(),
                                port.hostPort(),
                                port.containerPort(),
                                port.protocol().toLowerCase(Locale.ROOT)))
                        .toList(),
                Limits.NONE,
                new Security(
                        false,
                        true,
                        List.of(),
                        List.of(),
                        List.of(),
                        sysctls(pod),
                        RuntimeHandler.of(pod, ports.source())),
                "",
                List.of(),
                false,
                false,
                false);
    }

    /** The sandbox holds the memory volumes: the engine drops their contents when they are not mounted. */
    private List<Mount> memoryMounts(DesiredPod pod) {
        List<Mount> mounts = new ArrayList<>();
        for (String volume : ports.folders().memoryVolumes(pod.tree())) {
            mounts.add(Mount.bind(volume, "/volumes/" + volume, true));
        }
        return mounts;
    }

    private static Map<String, String> sysctls(DesiredPod pod) {
        Map<String, String> sysctls = new HashMap<>();
        for (JsonNode sysctl : pod.spec().path("securityContext").path("sysctls")) {
            sysctls.put(Unsupported.sysctlName(sysctl), sysctl.path("value").asText());
        }
        return sysctls;
    }

    /** The network's identification of a sandbox. */
    public PodSandbox handle(DesiredPod pod, Container sandbox) {
        return new PodSandbox(
                pod.key().namespace(), pod.key().name(), pod.uid(), sandbox.id(), sandbox.pid(), pod.hostPorts());
    }

    /** Writes the pod's hosts file, once its address is known. */
    public void writeHosts(DesiredPod pod, PodAddress address) {
        String hosts = pod.hostNetwork()
                ? settings.machineHosts() + NameFiles.aliases(pod)
                : NameFiles.hosts(pod, address.ips(), settings.clusterDomain());
        ports.folders().write(pod.uid(), MountRecipe.HOSTS, hosts);
    }

    /** The labels of everything of a pod except its containers; containers have them too. */
    public Map<String, String> volumeLabels(DesiredPod pod) {
        Map<String, String> labels = new HashMap<>(settings.nodeLabels());
        labels.put(PodLabels.POD_UID, pod.uid());
        return labels;
    }
}
