package io.lockstep.deploy;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The rules on modules: on their byte code, and on what their poms declare. */
final class ModuleRules {

    /** Annotations that leave no trace at run time, but do in a class file. */
    private static final String ANNOTATIONS = "org.jspecify.annotations";

    /** What a stub names: protobuf, gRPC, and the future that gRPC's stubs return. */
    private static final String[] PROTOBUF_AND_GRPC = {
        "com.google.protobuf..", "io.grpc..", "com.google.common.util.concurrent"
    };

    private static final Set<String> PROTOBUF_AND_GRPC_GROUPS = Set.of("com.google.protobuf", "io.grpc");

    private ModuleRules() {}

    static ArchRule staysInItsPackage(ProjectModule module) {
        return classes().should().resideInAPackage(module.packages()).as(module + " stays in " + module.packages());
    }

    static ArchRule usesOnlyTheModulesThatItMay(ProjectModule module) {
        String[] allowed = Stream.concat(Stream.of(module), module.mayUse().stream())
                .map(ProjectModule::packages)
                .toArray(String[]::new);
        return noClasses()
                .should()
                .dependOnClassesThat(
                        resideInAPackage("io.lockstep..").and(DescribedPredicate.not(resideInAnyPackage(allowed))))
                .as(module + " uses of this project only " + String.join(", ", allowed));
    }

    static ArchRule doesNotUse(ProjectModule other) {
        return noClasses()
                .should()
                .resideInAPackage(other.packages())
                .orShould()
                .dependOnClassesThat()
                .resideInAPackage(other.packages())
                .as("nothing of " + other + " is in this module, or used by it");
    }

    /** For {@code core} and {@code hook}: no library at all. */
    static ArchRule usesOnlyTheJdk(ProjectModule module) {
        return classes()
                .should()
                .onlyDependOnClassesThat(ofTheJdk().or(resideInAnyPackage(ANNOTATIONS, module.packages())))
                .as(module + " uses the JDK alone");
    }

    static ArchRule protoUsesOnlyCoreProtobufAndGrpc() {
        return classes()
                .should()
                .onlyDependOnClassesThat(ofTheJdk()
                        .or(resideInAnyPackage(
                                ANNOTATIONS, ProjectModule.PROTO.packages(), ProjectModule.CORE.packages()))
                        .or(resideInAnyPackage(PROTOBUF_AND_GRPC)))
                .as("PROTO uses core, protobuf and gRPC alone");
    }

    /** Exact where a package name is not: {@code javax.inject} is no part of the JDK, {@code javax.xml} is. */
    private static DescribedPredicate<JavaClass> ofTheJdk() {
        return DescribedPredicate.describe("of the JDK", type -> {
            JavaClass each = type.getBaseComponentType();
            return each.isPrimitive() || isInTheJdk(each.getName());
        });
    }

    private static boolean isInTheJdk(String name) {
        try {
            Class.forName(name, false, ClassLoader.getPlatformClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    /** @param known dependencies that would close a cycle, and are put up with */
    static ArchRule corePackagesHaveNoCycles(List<KnownDependency> known) {
        SliceRule rule = slices().matching("io.lockstep.core.(*)..").should().beFreeOfCycles();
        for (KnownDependency each : known) {
            rule = rule.ignoreDependency(resideInAPackage(each.from()), named(each.to()));
        }
        return rule;
    }

    /** All that classes of one package use of another package is this class. */
    record KnownDependency(String from, String to) {}

    static DescribedPredicate<JavaClass> named(String name) {
        return DescribedPredicate.describe(name, type -> type.getName().equals(name));
    }

    /** @return what the pom declares against the rules, for a person; empty when it keeps them */
    static List<String> violations(ProjectModule module, Pom pom) {
        List<String> violations = new ArrayList<>();
        for (Pom.Dependency dependency : pom.dependencies()) {
            if (dependency.isProduction() && !isAllowed(module, dependency)) {
                violations.add(module.directory() + "/pom.xml must not depend on " + dependency);
            }
        }
        return violations;
    }

    private static boolean isAllowed(ProjectModule module, Pom.Dependency dependency) {
        if (dependency.isOurs()) {
            return module.mayUse().stream().anyMatch(m -> m.artifact().equals(dependency.artifact()));
        }
        return switch (module) {
            case CORE, HOOK, LIBVIRT, LAB -> false;
            case LVM -> dependency.group().equals("com.fasterxml.jackson.core");
            case PROTO -> PROTOBUF_AND_GRPC_GROUPS.contains(dependency.group());
            case SERVICE, SIMULATOR, AGENT, CONTROLLER, CLI, PROOF -> true;
        };
    }
}
