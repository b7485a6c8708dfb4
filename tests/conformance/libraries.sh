#!/bin/sh
# Unpack the C and C++ libraries of Debian 13 into a folder: the conformance runner
# wants a newer glibc than Debian 12 has. Nothing of the machine is changed: apt keeps
# its lists and packages in that folder, too.
#
# usage: tests/conformance/libraries.sh FOLDER
set -e
mkdir -p "$1/lists/partial" "$1/cache/archives/partial"
cd "$1"
here=$(pwd)

cat >sources.sources <<END
Types: deb
URIs: http://deb.debian.org/debian
Suites: trixie
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
END
cat >apt.conf <<END
Dir::Etc::SourceList "$here/sources.sources";
Dir::Etc::SourceParts "-";
Dir::State::Lists "$here/lists";
Dir::State::Status "/dev/null";
Dir::Cache "$here/cache";
APT::Sandbox::User "root";
Acquire::Languages "none";
END
APT_CONFIG=$here/apt.conf
export APT_CONFIG

apt-get -qq update
apt-get -qq download libc6 libstdc++6 libgcc-s1
for package in *.deb; do
    dpkg-deb -x "$package" .
done
rm -rf lists cache ./*.deb
