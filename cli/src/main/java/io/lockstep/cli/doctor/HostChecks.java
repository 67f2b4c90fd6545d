package io.lockstep.cli.doctor;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.lockstep.lvm.command.Command;
import io.lockstep.lvm.command.CommandRunner;
import io.lockstep.lvm.command.UnreadableOutputException;
import java.nio.file.Path;
import java.time.Duration;
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
    private static final String DAEMON = "Running against daemon:";
    /** A daemon that its socket starts looks at its guests, and at what qemu can do, before it answers. */
    private static final Duration LIBVIRT_ANSWERS = Duration.ofSeconds(20);

    private static final List<String> LVMLOCKS = List.of("lvmlocks", "lvm2-lvmlocks");
    private static final List<String> LIBVIRT = List.of("virtqemud", "libvirtd");

    private final Machine machine;
    private final CommandRunner runner;

    HostChecks(Machine machine) {
        this.machine = machine;
        this.runner = machine.runner();
    }

    List<Check> all() {
        List<Check> checks = new ArrayList<>();
        Answers<String> version = libvirtVersion();
        checks.add(lockspacesAtBoot());
        checks.add(libvirt(version));
        checks.add(libvirtGuests());
        HookChecks hook = new HookChecks(machine);
        checks.add(hook.installed(version));
        checks.add(hook.program());
        checks.add(hookCache());
        checks.add(hookSeen());
        checks.add(hook.settings());
        checks.addAll(hook.confinement());
        checks.addAll(agent());
        checks.add(agentVersion());
        checks.add(hook.enforcement());
        checks.add(clock());
        return checks;
    }

    private Answers<String> libvirtVersion() {
        // As the agent talks to it: not through the read-only socket, which some hosts do not have.
        return Answers.of(
                runner,
                Command.of("virsh", "-c", "qemu:///system", "version", "--daemon")
                        .within(LIBVIRT_ANSWERS),
                HostChecks::daemonVersion);
    }

    private static Check libvirt(Answers<String> version) {
        String id = "libvirt";
        return version.given()
                .map(v -> Check.ok(id, "it answers, version " + v))
                .orElseGet(() -> Check.fail(
                        id, "it does not answer: " + version.reason(), "systemctl status virtqemud libvirtd"));
    }

    private static String daemonVersion(String out) throws UnreadableOutputException {
        return out.lines()
                .filter(l -> l.startsWith(DAEMON))
                .findFirst()
                .map(l -> l.substring(DAEMON.length()).strip())
                .orElseThrow(() -> new UnreadableOutputException("no line \"" + DAEMON + "\""));
    }

    /** The agent only waits for them. */
    private Check lockspacesAtBoot() {
        String id = "lockspaces.at-boot";
        return LVMLOCKS.stream()
                        .anyMatch(u -> Answers.line(runner, "systemctl", "is-enabled", u)
                                .given()
                                .equals(Optional.of("enabled")))
                ? Check.ok(id, "the lockspaces are started when this host boots")
                : Check.warn(
                        id,
                        "unless a cluster manager does it, nothing starts the lockspaces when this host boots",
                        "systemctl enable lvmlockd lvmlocks");
    }

    /** Without it systemd ends guests, libvirt, the agent and the lock daemons of a shutdown in any order. */
    private Check libvirtGuests() {
        String id = "libvirt-guests";
        Answers<String> enabled = Answers.line(runner, "systemctl", "is-enabled", "libvirt-guests");
        return enabled.given().filter("enabled"::equals).isPresent()
                ? Check.ok(id, "a shutdown stops guests while their locks can be given back")
                : Check.warn(
                        id,
                        "it is not enabled: after a shutdown of this host its locks stay for minutes",
                        "systemctl enable --now libvirt-guests");
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
            Optional<Instant> since = seconds(unit.getOrDefault("StateChangeTimestamp", ""))
                    .or(() -> sinceBoot(unit.getOrDefault("StateChangeTimestampMonotonic", "")));
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
        String service = name + ".service";
        Answers<List<String>> answer = Answers.lines(
                runner,
                "systemctl",
                "show",
                "--timestamp=unix",
                "-p",
                "ActiveState,StateChangeTimestamp,MainPID",
                service);
        if (answer.given().isEmpty()) {
            // systemd before 248 has no such option.
            answer = Answers.lines(
                    runner, "systemctl", "show", "-p", "ActiveState,StateChangeTimestampMonotonic,MainPID", service);
        }
        return answer.given().orElse(List.of()).stream()
                .filter(l -> l.indexOf('=') > 0)
                .collect(Collectors.toMap(
                        l -> l.substring(0, l.indexOf('=')), l -> l.substring(l.indexOf('=') + 1), (a, b) -> b));
    }

    private static Optional<Instant> seconds(String timestamp) {
        return timestamp.matches("@\\d{1,12}")
                ? Optional.of(Instant.ofEpochSecond(Long.parseLong(timestamp.substring(1))))
                : Optional.empty();
    }

    private Optional<Instant> sinceBoot(String micros) {
        Optional<String> uptime =
                machine.text(Path.of("/proc/uptime")).map(t -> t.strip().split(" ", 2)[0]);
        return micros.matches("\\d{1,18}")
                        && uptime.filter(u -> u.matches("\\d+\\.\\d+")).isPresent()
                ? Optional.of(machine.now()
                        .minusMillis((long) (Double.parseDouble(uptime.get()) * 1000))
                        .plusMillis(Long.parseLong(micros) / 1000))
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
