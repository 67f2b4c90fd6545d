package io.lockstep.cli.doctor;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.lockstep.lvm.command.Command;
import io.lockstep.lvm.command.CommandRunner;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** libvirt, its hook, the agent and the clock of this host. */
final class HostChecks {

    private static final Path HOOK = Path.of("/etc/libvirt/hooks/qemu.d/50-lockstep");
    private static final Path HOME = Path.of("/usr/lib/lockstep");
    private static final Path SOCKET = Path.of("/run/lockstep/agent.sock");
    private static final List<String> LIBVIRT = List.of("virtqemud", "libvirtd");

    private final Machine machine;
    private final CommandRunner runner;

    HostChecks(Machine machine) {
        this.machine = machine;
        this.runner = machine.runner();
    }

    List<Check> all() {
        List<Check> checks = new ArrayList<>();
        checks.add(libvirt());
        checks.add(hookInstalled());
        checks.add(hookCache());
        checks.add(hookSeen());
        checks.addAll(agent());
        checks.add(agentVersion());
        checks.add(clock());
        return checks;
    }

    private Check libvirt() {
        String id = "libvirt";
        Answers<List<String>> version =
                Answers.lines(runner, "virsh", "-r", "-c", "qemu:///system", "version", "--daemon");
        return version.given()
                .flatMap(lines -> lines.stream()
                        .filter(l -> l.startsWith("Running against daemon:"))
                        .findFirst())
                .map(l -> Check.ok(
                        id,
                        "it answers, version " + l.substring(l.indexOf(':') + 1).strip()))
                .orElseGet(() -> Check.fail(
                        id, "it does not answer: " + version.reason(), "systemctl status virtqemud libvirtd"));
    }

    private Check hookInstalled() {
        String id = "hook.installed";
        return machine.executable(HOOK)
                ? Check.ok(id, HOOK + " is there")
                : Check.fail(
                        id,
                        HOOK + " is not there or not executable: guests start without their locks",
                        "install --agent");
    }

    private Check hookCache() {
        String id = "hook.aot-cache";
        String make = HOME.resolve("hook/make-aot").toString();
        Answers<String> fits = Answers.line(runner, make, "--check");
        return fits.given().isPresent()
                ? Check.ok(id, "it fits")
                : Check.warn(id, "the hook starts more slowly: " + fits.reason(), make);
    }

    /** A daemon that found no hook at all when it started looks again only after a reload, which counts as a change of its unit. */
    private Check hookSeen() {
        String id = "hook.seen-by-libvirt";
        Optional<Instant> installed = machine.changed(HOOK);
        for (String daemon : LIBVIRT) {
            Map<String, String> unit = unit(daemon);
            if (!"active".equals(unit.get("ActiveState"))) {
                continue;
            }
            Optional<Instant> since = seconds(unit.getOrDefault("StateChangeTimestamp", ""));
            if (installed.isPresent() && since.isPresent() && since.get().isAfter(installed.get())) {
                return Check.ok(id, daemon + " was started or reloaded after the hook was installed");
            }
            return Check.unknown(
                    id,
                    daemon + " is older than the hook: it sees it only if it had one before",
                    "systemctl reload " + daemon);
        }
        return Check.unknown(id, "no libvirt daemon runs at this moment; it looks when it starts", "");
    }

    private Map<String, String> unit(String name) {
        return Answers.lines(
                        runner,
                        "systemctl",
                        "show",
                        "--timestamp=unix",
                        "-p",
                        "ActiveState,StateChangeTimestamp,MainPID",
                        name + ".service")
                .given()
                .orElse(List.of())
                .stream()
                .filter(l -> l.indexOf('=') > 0)
                .collect(Collectors.toMap(
                        l -> l.substring(0, l.indexOf('=')), l -> l.substring(l.indexOf('=') + 1), (a, b) -> b));
    }

    private static Optional<Instant> seconds(String timestamp) {
        return timestamp.matches("@\\d{1,12}")
                ? Optional.of(Instant.ofEpochSecond(Long.parseLong(timestamp.substring(1))))
                : Optional.empty();
    }

    /** Its own view of itself, over the hook's socket, as root. */
    private List<Check> agent() {
        Optional<JsonObject> ready = machine.get(SOCKET, "/q/health/ready").flatMap(HostChecks::object);
        if (ready.isEmpty()) {
            return List.of(
                    Check.fail(
                            "agent",
                            "it does not answer at " + SOCKET + ": guests are refused",
                            "systemctl status lockstep-agent"),
                    Check.unknown("controller", "only the agent can tell", ""));
        }
        Map<String, String> data = data(ready.get());
        List<String> problems = data.entrySet().stream()
                .filter(e -> e.getKey().startsWith("problem_"))
                .map(Map.Entry::getValue)
                .sorted()
                .toList();
        boolean up = ready.get().has("status")
                && ready.get().get("status").getAsString().equals("UP");
        String controller = data.getOrDefault("controller", "");
        return List.of(
                up
                        ? Check.ok("agent", "it is ready")
                        : Check.fail(
                                "agent",
                                "it is not ready: " + String.join("; ", problems),
                                "docs/operations.md, readiness problems"),
                controller.equals("knows this host")
                        ? Check.ok("controller", "it knows this host")
                        : Check.warn(
                                "controller",
                                "no live migration to or from here: " + controller,
                                "lockstep.controllers in /etc/lockstep/agent.yaml; systemctl status lockstep-controller there"));
    }

    private static Optional<JsonObject> object(String body) {
        try {
            JsonElement json = JsonParser.parseString(body);
            return json.isJsonObject() ? Optional.of(json.getAsJsonObject()) : Optional.empty();
        } catch (JsonParseException e) {
            return Optional.empty();
        }
    }

    private static Map<String, String> data(JsonObject ready) {
        JsonElement checks = ready.get("checks");
        if (checks == null || !checks.isJsonArray()) {
            return Map.of();
        }
        return checks.getAsJsonArray().asList().stream()
                .filter(JsonElement::isJsonObject)
                .map(c -> c.getAsJsonObject().get("data"))
                .filter(d -> d != null && d.isJsonObject())
                .flatMap(d -> d.getAsJsonObject().entrySet().stream())
                .filter(e -> e.getValue().isJsonPrimitive())
                .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().getAsString(), (a, b) -> a));
    }

    /** A service works in its version's directory; a link leads to the one that is installed. */
    private Check agentVersion() {
        String id = "agent.version";
        String pid = unit("lockstep-agent").getOrDefault("MainPID", "0");
        Optional<String> installed =
                machine.link(HOME.resolve("current")).map(Path::getFileName).map(Path::toString);
        Optional<String> runs = machine.link(Path.of("/proc", pid, "cwd"))
                .map(Path::getParent)
                .map(Path::getFileName)
                .map(Path::toString);
        if (installed.isEmpty() || runs.isEmpty()) {
            return Check.unknown(
                    id, "it does not run, or was not installed by install", "systemctl status lockstep-agent");
        }
        return installed.equals(runs)
                ? Check.ok(id, "agent, hook and lockstepctl are " + installed.get())
                : Check.warn(
                        id,
                        "the agent runs " + runs.get() + ", and " + installed.get() + " is installed",
                        "systemctl restart lockstep-agent");
    }

    private Check clock() {
        String id = "clock";
        Answers<String> synchronised = Answers.of(
                runner, Command.of("timedatectl", "show", "-p", "NTPSynchronized", "--value"), String::strip);
        return synchronised.unless(
                id,
                "timedatectl",
                () -> synchronised.given().equals(Optional.of("yes"))
                        ? Check.ok(id, "it is synchronised")
                        : Check.warn(
                                id,
                                "it is not synchronised: times of different hosts cannot be compared",
                                "timedatectl set-ntp true"));
    }
}
