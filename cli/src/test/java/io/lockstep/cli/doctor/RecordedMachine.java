package io.lockstep.cli.doctor;

import io.lockstep.lvm.command.CommandResult;
import io.lockstep.lvm.command.CommandRunner;
import io.lockstep.lvm.report.LvmReport;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** A host whose commands answer what those of h1 of the recorded cluster answered, until a test says otherwise. */
public final class RecordedMachine implements Machine {

    private static final String HOOK = "/etc/libvirt/hooks/qemu.d/50-lockstep";
    private static final Instant INSTALLED = Instant.ofEpochSecond(1_795_000_000);

    private final Map<String, CommandResult.Ended> answers = new HashMap<>();
    private final Map<String, String> links = new HashMap<>();
    private final Set<String> executables = new HashSet<>();
    private final Map<String, String> files = new HashMap<>();
    private Optional<String> ready = Optional.empty();

    private RecordedMachine() {}

    /** With all that the recorded cluster, a bare one without watchdogs, does not have. */
    public static RecordedMachine healthy() {
        RecordedMachine machine = new RecordedMachine();
        machine.recorded("lvmlockctl --info --dump", "lvmlockctl --info --dump | head -150")
                .recorded("sanlock client host_status -D", "sanlock client host_status -D");
        return machine.says(
                        "sanlock client status -D",
                        recording("sanlock client status -D").replace("use_watchdog=0", "use_watchdog=1"))
                .says("lvmconfig --typeconfig full global/use_lvmlockd", "use_lvmlockd=1\n")
                .says("lvmconfig --typeconfig full local/host_id", "host_id=1\n")
                .says("lvmconfig --typeconfig full devices/scan_lvs", "scan_lvs=0\n")
                .says("lvmconfig --typeconfig full global/lvmlockctl_kill_command", "lvmlockctl_kill_command=\"\"\n")
                .says(
                        LvmReport.groups().toString(),
                        "{\"report\":[{\"vg\":[{\"vg_name\":\"vg0\",\"vg_uuid\":\"taWsEO-6izw-qj6Q-cJf0-3xIN-nKuu-x9I32r\","
                                + "\"vg_lock_type\":\"sanlock\"}]}],\"log\":[]}")
                .says("vgs --noheadings -o autoactivation vg0", "          \n")
                .says("systemctl is-active wdmd", "active\n")
                .says("systemctl is-enabled libvirt-guests", "enabled\n")
                .says("systemctl is-enabled lvmlocks", "enabled\n")
                .says("/usr/lib/lockstep/hook/runtime/bin/java -version", "")
                .says("stat -L -c %u:%a /etc/lockstep/hook.conf", "0:644\n")
                .file("/etc/lockstep/hook.conf", "# as it is installed\n#JAVA=/usr/bin/java\n")
                .file("/etc/lockstep/agent.yaml", "lockstep:\n  # enforcement: observe\n  enforcement: enforce\n")
                .file("/usr/lib/lockstep/hook/lockstep-hook.jar", "")
                .file("/proc/uptime", "1000.00 1900.00\n")
                .file("/sys/fs/selinux/enforce", "0")
                .file("/sys/kernel/security/apparmor/profiles", "virtqemud (enforce)\nlibvirtd (complain)\n")
                .file(
                        "/etc/apparmor.d/local/usr.sbin.virtqemud",
                        "/usr/lib/lockstep/versions/*/runtime/bin/java pux,\n")
                .says(
                        "virsh -c qemu:///system version --daemon",
                        "Compiled against library: libvirt 11.3.0\nRunning against daemon: 11.3.0\n")
                .says("/usr/lib/lockstep/hook/make-aot --check", "lockstep-hook.aot fits\n")
                .says(unit("virtqemud"), "ActiveState=active\nStateChangeTimestamp=@1795000100\nMainPID=900\n")
                .says(unit("libvirtd"), "ActiveState=inactive\nStateChangeTimestamp=\nMainPID=0\n")
                .says(unit("lockstep-agent"), "ActiveState=active\nStateChangeTimestamp=@1795000000\nMainPID=800\n")
                .says("timedatectl show -p NTPSynchronized --value", "yes\n")
                .executable(HOOK, true)
                .link("/usr/lib/lockstep/current", "versions/0.1.0-8d1c22f0")
                .link("/proc/800/cwd", "/usr/lib/lockstep/versions/0.1.0-8d1c22f0/agent")
                .ready(
                        "{\"status\":\"UP\",\"checks\":[{\"name\":\"host h1\",\"status\":\"UP\",\"data\":{\"libvirt\":\"answers\","
                                + "\"controller\":\"knows this host\"}}]}");
    }

    /** A host on which nothing is installed. */
    static RecordedMachine bare() {
        return new RecordedMachine();
    }

    static String unit(String name) {
        return "systemctl show --timestamp=unix -p ActiveState,StateChangeTimestamp,MainPID " + name + ".service";
    }

    RecordedMachine says(String command, String out) {
        return says(command, 0, out, "");
    }

    RecordedMachine says(String command, int status, String out, String err) {
        answers.put(
                command,
                new CommandResult.Ended(
                        io.lockstep.lvm.command.Command.of(command.split(" ", -1)), status, out, err, true));
        return this;
    }

    RecordedMachine replaced(String command, String old, String other) {
        String out = Objects.requireNonNull(answers.get(command)).out();
        if (!out.contains(old)) {
            throw new IllegalArgumentException(command + " does not say " + old);
        }
        return says(command, out.replace(old, other));
    }

    /** The same, and a line more. */
    RecordedMachine added(String command, String line) {
        return says(command, Objects.requireNonNull(answers.get(command)).out() + line + "\n");
    }

    RecordedMachine executable(String file, boolean is) {
        if (is) {
            executables.add(file);
        } else {
            executables.remove(file);
        }
        return this;
    }

    RecordedMachine file(String name, String text) {
        files.put(name, text);
        return this;
    }

    RecordedMachine without(String name) {
        files.remove(name);
        return this;
    }

    /** It knows no such command. */
    RecordedMachine silent(String command) {
        answers.remove(command);
        return this;
    }

    RecordedMachine link(String from, String to) {
        links.put(from, to);
        return this;
    }

    RecordedMachine ready(String body) {
        ready = Optional.of(body);
        return this;
    }

    RecordedMachine withoutAgent() {
        ready = Optional.empty();
        return this;
    }

    private RecordedMachine recorded(String command, String typed) {
        return says(command, recording(typed));
    }

    /** What h1 printed the first time. */
    private static String recording(String typed) {
        try (InputStream in =
                Objects.requireNonNull(RecordedMachine.class.getResourceAsStream("/recordings/03-query.txt"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .dropWhile(l -> !l.equals("[h1] $ " + typed))
                            .skip(1)
                            .takeWhile(l -> !l.startsWith("["))
                            .filter(l -> l.startsWith("out| "))
                            .map(l -> l.substring("out| ".length()))
                            .collect(Collectors.joining("\n"))
                    + "\n";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public CommandRunner runner() {
        return command -> {
            CommandResult.Ended answer = answers.get(command.toString());
            return answer == null
                    ? new CommandResult.NotStarted(command, command.program() + " is not installed")
                    : answer;
        };
    }

    @Override
    public boolean executable(Path file) {
        return executables.contains(file.toString());
    }

    @Override
    public Optional<Instant> changed(Path file) {
        return executable(file) || files.containsKey(file.toString()) ? Optional.of(INSTALLED) : Optional.empty();
    }

    @Override
    public Optional<Path> link(Path file) {
        return Optional.ofNullable(links.get(file.toString())).map(Path::of);
    }

    @Override
    public Instant now() {
        return INSTALLED.plusSeconds(500);
    }

    @Override
    public Optional<String> text(Path file) {
        return Optional.ofNullable(files.get(file.toString()));
    }

    @Override
    public List<String> names(Path directory) {
        return files.keySet().stream()
                .map(Path::of)
                .filter(f -> directory.equals(f.getParent()))
                .map(f -> String.valueOf(f.getFileName()))
                .sorted()
                .toList();
    }

    @Override
    public Optional<String> get(Path socket, String path) {
        return ready;
    }
}
