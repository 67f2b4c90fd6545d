package io.lockstep.deploy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** The modules that have production code, and the arrows between them: what is not written here is forbidden. */
enum ProjectModule {
    CORE,
    PROTO,
    SERVICE,
    LVM,
    LIBVIRT,
    SIMULATOR,
    HOOK,
    AGENT,
    CONTROLLER,
    CLI,
    PROOF,
    LAB;

    /** The directory of the whole project: tests run in their module's. */
    static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    Set<ProjectModule> mayUse() {
        return switch (this) {
            // The lab sees what a person at the shared disk sees, and nothing through our own eyes.
            case CORE, HOOK, LAB -> Set.of();
            case PROTO, LVM, LIBVIRT -> Set.of(CORE);
            case SERVICE, SIMULATOR -> Set.of(CORE, PROTO);
            case CLI -> Set.of(CORE, PROTO, LVM);
            case AGENT -> Set.of(CORE, PROTO, SERVICE, LVM, LIBVIRT);
            case CONTROLLER -> Set.of(CORE, PROTO, SERVICE);
            case PROOF -> Set.of(CORE, PROTO, SERVICE, SIMULATOR, AGENT, CONTROLLER);
        };
    }

    String directory() {
        return this == LAB ? "deploy/lab" : subject();
    }

    /** Its last word in package and artifact names. */
    String subject() {
        return name().toLowerCase(Locale.ROOT);
    }

    String artifact() {
        return "lockstep-" + subject();
    }

    /** Its package and those below, as ArchUnit writes them. */
    String packages() {
        return "io.lockstep." + subject() + "..";
    }

    Path target(Path root) {
        return root.resolve(directory()).resolve("target");
    }

    Pom pom(Path root) throws IOException {
        return Pom.read(root.resolve(directory()).resolve("pom.xml"));
    }

    /** @throws IllegalStateException naming the directory when the module is not compiled: no classes break no rule */
    JavaClasses classes(Path root) throws IOException {
        Path directory = target(root).resolve("classes");
        if (!Files.isDirectory(directory) || isWithoutClasses(directory)) {
            throw new IllegalStateException("there are no classes in " + directory + ": build the whole project first");
        }
        return new ClassFileImporter().importPath(directory);
    }

    private static boolean isWithoutClasses(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.noneMatch(f -> f.toString().endsWith(".class"));
        }
    }
}
