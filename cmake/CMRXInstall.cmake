# CMRXInstall.cmake - `cmake --install BUILD [--prefix PREFIX]`: a copy of what
# systems are built from. find_package(CMRX) finds it with PREFIX in
# CMAKE_PREFIX_PATH. There are no libraries in it: the kernel and the programs are
# compiled for the board of each system.

set(_cmrx_share share/cmrx)

install(FILES CMakeLists.txt LICENSE DESTINATION ${_cmrx_share})
install(DIRECTORY include kernel port lib board driver server cmake tool
    DESTINATION ${_cmrx_share} USE_SOURCE_PERMISSIONS
    PATTERN __pycache__ EXCLUDE
    PATTERN test EXCLUDE
    PATTERN "test_*" EXCLUDE)
