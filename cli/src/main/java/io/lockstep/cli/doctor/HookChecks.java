package io.lockstep.cli.doctor;

import io.lockstep.lvm.command.CommandRunner;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whether libvirt calls the hook, may run it, and is refused what it should be refused. */
final class HookChecks {

    private static final Path HOOK = Path.of("/etc/libvirt/hooks/qemu.d/50-lockstep");
    private static final Path CONF = Path.of("/etc/lockstep/hook.conf");
    private static final Path AGENT = Path.of("/etc/lockstep/agent.yaml");
    private static final Path APPARMOR = Path.of("/etc/apparmor.d/local");
    private static final Path PROFILES = Path.of("/sys/kernel/security/apparmor/profiles");
    private static final Path SELINUX = Path.of("/sys/fs/selinux/enforce");
    private static final String INSTALL = "./install --agent, in the directory that ./lockstep dist laid out";
    private static final String HOME = "/usr/lib/lockstep/hook";
    private static final List<String> NEEDED = List.of("prepare", "restore", "migrate", "release");
    private static final Pattern VERSION = Pattern.compile("(\\d{1,6})\\.(\\d{1,6}).*");
    private static final Pattern WORD =
            Pattern.compile("\\s*[\"']?([^\"'#:]*)[\"']?\\s*:\\s*[\"']?(\\w*)[\"']?\\s*(#.*)?");

    private final Machine machine;
    private final CommandRunner runner;
    private final Map<String, String> conf = new TreeMap<>();

    HookChecks(Machine machine) {
        this.machine = machine;
        this.runner = machine.runner();
        machine.text(CONF)
                .ifPresent(t -> t.lines()
                        .filter(l -> !l.startsWith("#") && l.indexOf('=') > 0)
                        .forEach(l -> conf.put(l.substring(0, l.indexOf('=')), l.substring(l.indexOf('=') + 1))));
    }

    Check installed(Answers<String> libvirt) {
        String id = "hook.installed";
        if (!machine.executable(HOOK)) {
            return Check.fail(
                    id, HOOK + " is not there or not executable: guests start without their locks", install());
        }
        return libvirt.given().filter(HookChecks::ignoresIt).isPresent()
                ? Check.fail(
                        id, "libvirt before 6.5 does not call it: guests start without their locks", "a newer libvirt")
                : Check.ok(id, HOOK + " is there");
    }

    private String install() {
        if (machine.text(SELINUX).map(String::strip).equals(Optional.of("1"))) {
            // Where SELinux keeps libvirt from running it, a hook is worse than none: guests are killed.
            return "docs/operations.md, SELinux and AppArmor";
        }
        Path installer = Path.of(HOME, "install-hook");
        return machine.executable(installer) ? installer.toString() : INSTALL;
    }

    private static boolean ignoresIt(String version) {
        Matcher m = VERSION.matcher(version);
        if (!m.matches()) {
            return false;
        }
        int major = Integer.parseInt(m.group(1));
        return major < 6 || major == 6 && Integer.parseInt(m.group(2)) < 5;
    }

    Check program() {
        String id = "hook.program";
        String home = conf.getOrDefault("HOME", HOME);
        Path jar = Path.of(home, "lockstep-hook.jar");
        if (machine.changed(jar).isEmpty()) {
            return Check.fail(id, jar + " is not there: guests cannot start", INSTALL);
        }
        String java =
                Optional.ofNullable(conf.get("JAVA")).filter(j -> !j.isEmpty()).orElse(home + "/runtime/bin/java");
        Answers<String> runs = Answers.line(runner, java, "-version");
        return runs.given().isPresent()
                ? Check.ok(id, "its Java runs")
                : Check.fail(
                        id, "its Java does not run, guests cannot start: " + runs.reason(), "install; JAVA in " + CONF);
    }

    Check settings() {
        String id = "hook.settings";
        List<String> odd = new ArrayList<>();
        boolean there = machine.text(CONF).isPresent();
        if (there) {
            Answers<String> owner = Answers.line(runner, "stat", "-L", "-c", "%u:%a", CONF.toString());
            if (owner.given().filter(o -> !trusted(o)).isPresent()) {
                odd.add(CONF + " is ignored: it must be root's, and only root may write to it");
            }
        }
        List<String> skipped = List.of(conf.getOrDefault("SKIP", "").strip().split("\\s+"));
        NEEDED.stream()
                .filter(skipped::contains)
                .forEach(o -> odd.add("SKIP has " + o + ", which nobody is asked for"));
        Path bypasses = Path.of(conf.getOrDefault("BYPASS_DIR", "/etc/lockstep/bypass.d"));
        machine.names(bypasses).stream()
                .filter(n -> n.endsWith(".bypass")
                        && machine.text(bypasses.resolve(n))
                                .filter(this::stands)
                                .isPresent())
                .forEach(n -> odd.add("a bypass stands: " + n));
        if (odd.isEmpty() && !there) {
            return Check.unknown(id, CONF + " is not there: what it leaves out is as it comes", INSTALL);
        }
        return odd.isEmpty()
                ? Check.ok(id, "the agent is asked for every start, move and stop")
                : Check.warn(id, String.join("; ", odd), CONF + "; lockstepctl bypass DOMAIN --end");
    }

    /** As the hook has it: {@code UID:MODE}, root's, and nobody else may write. */
    private static boolean trusted(String owner) {
        return owner.startsWith("0:") && !owner.matches(".*[2367]") && !owner.matches(".*[2367].");
    }

    private boolean stands(String bypass) {
        return bypass.lines()
                .filter(l -> l.matches("until=\\d{1,12}"))
                .mapToLong(l -> Long.parseLong(l.substring("until=".length())))
                .anyMatch(u -> machine.now().getEpochSecond() < u);
    }

    /** Only what confines libvirt at this moment. */
    List<Check> confinement() {
        List<Check> checks = new ArrayList<>();
        String profiles = machine.text(PROFILES).orElse("");
        for (String daemon : List.of("virtqemud", "libvirtd")) {
            if (profiles.lines().noneMatch(l -> l.matches("(/usr/sbin/)?" + daemon + " \\(enforce\\)"))) {
                continue;
            }
            Path own = APPARMOR.resolve("usr.sbin." + daemon);
            String id = "apparmor." + daemon;
            checks.add(
                    machine.text(own)
                                    .filter(t -> t.contains("/usr/lib/lockstep/"))
                                    .isPresent()
                            ? Check.ok(id, "it may run the hook")
                            : Check.fail(
                                    id,
                                    "nothing in " + own + " lets it run the hook: guests cannot start",
                                    "install, which writes it"));
        }
        if (machine.text(SELINUX).filter(t -> t.strip().equals("1")).isPresent()) {
            checks.add(Check.fail(
                    "selinux",
                    "it is enforcing, under which Lockstep has not been tried: libvirt may not be able to run the hook,"
                            + " and kills running guests then when it is started again",
                    "docs/operations.md, SELinux and AppArmor"));
        }
        return checks;
    }

    /** What stands in the agent's file; an environment variable is not seen. */
    Check enforcement() {
        String id = "agent.enforcement";
        Optional<String> yaml = machine.text(AGENT);
        if (yaml.isEmpty()) {
            return Check.unknown(id, AGENT + " is not there: what it leaves out is as it comes", INSTALL);
        }
        List<String> loose = loose(yaml.get());
        return loose.isEmpty()
                ? Check.ok(id, "nothing in " + AGENT + " weakens it")
                : Check.warn(
                        id,
                        "not everything is refused that should be: " + String.join(", ", loose),
                        AGENT + ", when the roll-out is over");
    }

    /** Lines of {@code enforcement…} that are not {@code enforce}, and those of the maps of that name. */
    private static List<String> loose(String yaml) {
        List<String> found = new ArrayList<>();
        int map = -1;
        for (String line : yaml.lines().toList()) {
            Matcher m = WORD.matcher(line);
            if (!m.matches() || line.strip().startsWith("#")) {
                continue;
            }
            int indent = line.length() - line.stripLeading().length();
            if (indent <= map) {
                map = -1;
            }
            boolean own = m.group(1).contains("enforcement");
            if (own && m.group(2).isEmpty()) {
                map = indent;
            } else if ((own || map >= 0) && !m.group(2).equals("enforce")) {
                found.add(line.strip());
            }
        }
        return found;
    }
}
